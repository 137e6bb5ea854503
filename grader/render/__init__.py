"""How a report and a certificate look: a page, paper, a terminal, JSON; and an issuer's site.

Records and signed bytes go in, text comes out. Nothing here opens a store or asks for the date, only `site` writes
files. What a stranger wrote passes through `grader.render.text.printable` before it reaches a reader, in any form.
"""
