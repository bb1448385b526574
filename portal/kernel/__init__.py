"""What every chapter stands on: session, records, rights, workflow, audit, jobs; no web, no business."""
