"""Analyses of texts and documents: asked for, made by a job, reviewed item by item; and the rules they check by."""
