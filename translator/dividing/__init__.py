"""One conversion <-> parts of it that know nothing of each other: for several cores, and for input larger than memory.

What belongs together is found first, from a short account of every object (`facts`, `components`). Batches of what
belongs together are then translated each as a document of its own (`worker`), and joined as one translation would have
written them (`joining`). Where the outputs of two batches turn out to touch, they are translated again as one. What
cannot be divided without a doubt is not: then everything is one batch, translated the usual way.
"""
