TABLE="kubernetes-limits"
class Book:
    def __init__(s,d): pass
def broken(e,b): return []
