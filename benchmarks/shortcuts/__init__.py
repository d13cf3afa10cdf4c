"""Does an audit find a shortcut that was planted in real photos? ``python -m benchmarks.shortcuts``.

Models are made with a plant on nine tenths of one class and a twentieth of the others
(:mod:`~benchmarks.shortcuts.plants`, :mod:`~benchmarks.shortcuts.learning`), and audited on photos that they
were not trained on (:mod:`~benchmarks.shortcuts.sets`); what counts as found is in
:mod:`~benchmarks.shortcuts.scoring`.
"""
