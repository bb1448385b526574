"""The document subsystem: papers from template to found signed copy; the only user of the three tools.

Where to begin reading, along a paper's life:

- `subjects`: what a chapter tells of its records; `models`, `workflows`: the rows and their lives.
- What a template asks of a record: `asking`, `answering`, `paperform`, `company`, `remarks`.
- Making it: `templates`, `filling`, `generation`, `together`, `editing` in Word, `comparing` two versions.
- Whether it still says what its record says: `readiness`, `standing`, `otherwise`.
- What an approval stands for: `binding`, who may not give it: `makers`; how the paper follows its record: `leading`.
- Seal and signature: `sealing`, `sealform`, `originals`, `signed`, `taking_over`.
- Bytes: `parts`, `incoming`, `storing`, `wraps`, `retention`, `orphans`, `trouble`.
- Who may see it: `classes`, `labels`, `sharing`, `reading`; finding it: `indexing`, `finding`.
"""
