"""What the RQ worker imports by name."""


def no_op(label):
    return "done"
