"""The yearly table of the flow that each bailleur owes on 28 February, ready to send (CCH R441-5-1).

Read in the last release, said with the words of the feeds, written twice: a workbook and a PDF.
"""
