"""Costs of products of matrices against all orders by brute force and against products that count."""

import re

import numpy as np
import pytest

from derived.topics import backprop, product_order


def every_order(first: int, last: int):
    """All ways to put brackets into a product."""
    if first == last:
        yield first
    for middle in range(first, last):
        for left in every_order(first, middle):
            for right in every_order(middle + 1, last):
                yield left, right


def run(order, factors):
    return factors[order] if isinstance(order, int) else run(order[0], factors) @ run(order[1], factors)


def random_widths(seed, count, longest=6):
    rng = np.random.default_rng(seed)
    return [rng.integers(1, 7, rng.integers(2, longest)).tolist() for _ in range(count)]


@pytest.mark.parametrize("widths", random_widths(0, 6, 5))
def test_counts_are_those_of_products_that_are_run(widths):
    shapes = product_order.chain(widths)
    for order in every_order(0, len(shapes) - 1):
        counted = product_order.count_multiplications(lambda *M, o=order: run(o, M), *map(np.ones, shapes))
        assert product_order.multiplications(shapes, order) == counted


@pytest.mark.parametrize("widths", random_widths(1, 20))
def test_the_cheapest_order_is_found(widths):
    shapes = product_order.chain(widths)
    costs = [product_order.multiplications(shapes, order) for order in every_order(0, len(shapes) - 1)]
    cost, order = product_order.cheapest(shapes)
    assert cost == min(costs) == product_order.multiplications(shapes, order)
    assert min(costs) <= product_order.multiplications(shapes, product_order.from_loss(len(shapes))) <= 2 * min(costs)


def test_orders_from_both_ends():
    assert product_order.from_loss(4) == (((0, 1), 2), 3)
    assert product_order.from_input(4) == (0, (1, (2, 3)))
    assert product_order.from_loss(1) == product_order.from_input(1) == 0
    assert product_order.chain([2, 3, 5]) == [(1, 5), (5, 3), (3, 2)]


def test_equal_widths():
    shapes = product_order.chain([10] * 5)
    assert product_order.multiplications(shapes, product_order.from_loss(5)) == 4 * 10**2
    assert product_order.multiplications(shapes, product_order.from_input(5)) == 3 * 10**3 + 10**2


@pytest.mark.parametrize("widths", random_widths(2, 10))
def test_cost_of_a_network_is_what_its_passes_do(widths):
    def passes(X, *weights):
        output, kept = backprop.forward([backprop.Layer(W, 0, lambda Z: (Z, lambda g: g)) for W in weights], X)
        return backprop.backward(kept, output)

    weights = [np.ones((b, a)) for a, b in zip(widths[:-1], widths[1:], strict=True)]
    counted = product_order.count_multiplications(passes, np.ones((3, widths[0])), *weights)
    assert sum(product_order.network_cost(widths, 3)) == counted


@pytest.mark.parametrize(
    "call, message",
    [(lambda: product_order.multiplications([(1, 2), (3, 4)], (0, 1)),
      "multiplications: shapes (1, 2) and (3, 4) do not fit"),
     (lambda: product_order.multiplications([(1, 2), (2, 4)], (1, 0)),
      "multiplications: order names factors [1, 0], expected [0, 1]"),
     (lambda: product_order.chain([3]), "chain: widths is [3], expected two or more positive"),
     (lambda: product_order.chain([3, 0]), "chain: widths is [3, 0], expected two or more positive"),
     (lambda: product_order.cheapest([]), "cheapest: shapes is empty")],
)  # fmt: skip
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
