# SPDX-License-Identifier: GPL-3.0-or-later
"""egbench from Python: compare attribution methods, explain rows, move models to and fro.

    import egbench

    def mine(model, X, background, rng):      # model(X) gives one number a row
        ...
        return attributions                   # shaped as X

    r = egbench.compare({"mine": mine}, model=net, X_train=X_train, X_test=X_test, y_test=y_test)
    print(r.verdict("mine"))

It needs numpy alone; torch modules, pandas frames and matplotlib figures where these are installed. The work is done
by the program egbench-compare, which find_program looks for. egbench.train trains under an egbench.Prior, by the C
library, which find_library looks for.
"""
from ._black_box import BlackBox
from ._compare import Result, compare, explain
from ._errors import EgbenchError, MethodError, ProgramError, ProgramNotFound, UnsupportedModule
from ._models import Network, load_model, save_model
from ._programs import find_program
from ._train import Prior, find_library, train
from ._worker import serve

__all__ = ["compare", "explain", "load_model", "save_model", "serve", "find_program", "Result", "Network", "BlackBox",
           "Prior", "train", "find_library", "EgbenchError", "MethodError", "ProgramError", "ProgramNotFound", "UnsupportedModule"]
__version__ = "0.1.0"
