"""How the tables came to be: one revision script a change, from the first table on.

A new revision: copy the youngest script in ``versions``, give it the next number, name the one
before in ``down_revision``, and put its number into ``head.py``. The tests say what differs from
``store/tables.py``.
"""
