"""The document subsystem: papers from template to found signed copy; the only user of the three tools.

The packages, from the top floor down; imports run down only:

- `pages`, `screens`: what people see of all this.
- `signing`: the use of the seal (`seal_requests`, form D37 in `seal_form`), the `originals` on paper,
  `signed_copies`, `better_copies` in their place, and the `takeover` of papers signed before.
- `review`: whether a paper is ready (`readiness`, `conformity` of what was edited in Word, `divergence`
  from the record since, `remarks`), what an approval stands for (`binding`), who gives it (`approvers`)
  and who may not (`authors`).
- `forms`: the `questions` a template asks, the `answers` people type, the `paper_form` between them,
  and the `precedents` a paper may begin like.
- `papers`: what they are filled with (`merge_data`), `generation`, `conversion` of many at once,
  `checkout` to Word, `comparison`, and how a paper follows its record (`lifecycle`).
- `sharing`: `reading` a paper and the log of its `readings`, `grants` (on whole records too), and
  `custody`: its class and who keeps it.
- `search`: the `index`, the `queries` people type and their `facets`, the `personal_data` it never
  holds.
- `word_templates`: the `library` of versions, `trials` of a new one, `problems` in words.
- `archive`: the store's `parts`, `data_keys`, `uploads`, `objects`, `sealing`, `proofs`, `retention`,
  `orphans`, `outages`.

Beneath them the ground: `labels` (who may see a paper), `subjects` (what a chapter tells of its
records), `company`, `models`, `workflows` and `classes`.
"""
