"""Pictures of latent variables show the posterior, all digits and the decoded image."""

import matplotlib.pyplot as plt
import numpy as np

from derived.topics.factor_analysis import LinearGaussian
from derived.viz import latent_pictures as pictures


def test_the_line_and_its_posterior():
    model, x = LinearGaussian(np.zeros(2), np.array([[1.0], [0.5]]), 0.25), np.array([2.0, 1.0])
    fig = pictures.draw_line_model(model, np.zeros((3, 2)), x)
    plane, axis = fig.axes
    mean, V = model.posterior(x[None])
    posterior = axis.lines[1]
    assert abs(posterior.get_xdata()[posterior.get_ydata().argmax()] - mean[0, 0]) < 0.1
    assert f"{np.sqrt(V[0, 0]):.2f}" in axis.get_title("left") + axis.get_title()
    assert any(np.allclose(line.get_xydata(), [x]) for line in plane.lines)
    plt.close("all")


def test_map_and_image():
    codes, labels = np.random.default_rng(0).standard_normal((30, 2)), np.arange(30) % 10
    fig = pictures.draw_code(codes, labels, np.array([1.0, -1.0]), np.full(64, 2.0), "7")
    ax, picture = fig.axes
    assert sum(len(line.get_xdata()) for line in ax.lines[:10]) == 30
    assert picture.images[0].get_array().shape == (8, 8) and picture.images[0].get_array().max() == 1
    plt.close("all")
