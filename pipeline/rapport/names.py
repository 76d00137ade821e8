"""The names of the three files of a report."""

WORKBOOK, PAGE, DATA = "rapport.xlsx", "rapport.html", "rapport.json"
REPORT_FILES = (WORKBOOK, PAGE, DATA)
