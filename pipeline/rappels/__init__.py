"""The calendar of what is expected, and the reminders: who has not delivered, when, told once by mail.

Nothing here reads a delivery or decides on it: the register says what was accepted. A mail holds counts only.
"""
