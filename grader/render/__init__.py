"""How a report looks: a page, a terminal, JSON.

Records go in, text comes out; nothing here opens a store or asks for the date. What a stranger wrote passes through
`grader.render.text.printable` before it reaches a reader, whatever the form.
"""
