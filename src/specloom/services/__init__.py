"""The rules of the business, one module a domain: functions named by a verb, the unit of work first."""
