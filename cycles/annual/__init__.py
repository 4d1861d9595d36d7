"""The annual report of a cycle: a book of five chapters made of what was recorded and of what people wrote.

gathering.py  everything that the report tells, as plain data: of one office, one cycle, one moment
results.py    results of forms and surveys, out of ``analysis``
tools.py      the instruments and what is known of their quality
photos.py     photographs of released visits, made small once
saying.py     how a sentence is made of numbers, and which numbers it says
passages.py   the paragraphs that the program writes, each with its facts
keeping.py    paragraphs that people wrote anew, and where they no longer agree with the numbers
blocks.py     what a chapter is made of: headings, paragraphs, tables, figures; their numbers
tables.py     data as tables and charts
chapters.py   the book: which block stands where
versions.py   what was submitted, frozen; what everybody may check
making.py     the file, made in the background and kept by the digest of what it says
"""
