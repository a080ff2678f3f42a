"""The table of what decides the rate: everything that it names exists."""

from importlib import import_module

import torch

from derived.schedules import TAXONOMY


def test_every_name_exists_here_and_in_pytorch():
    for method in TAXONOMY:
        module, name = method.here.split(":")
        assert callable(getattr(import_module(module), name)), method
        found = torch.optim
        for part in method.there.split(".") if method.there else []:
            found = getattr(found, part)


def test_it_has_each_kind_once():
    kinds = list(dict.fromkeys(method.decides for method in TAXONOMY))
    assert [m.decides for m in TAXONOMY] == [k for k in kinds for m in TAXONOMY if m.decides == k]
    assert len({method.name for method in TAXONOMY}) == len(TAXONOMY)
