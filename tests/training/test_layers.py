"""The table of layers."""

from bands import LENET, built

from study.training.layers import layer_table


def test_layer_table_shows_activations() -> None:
    table = layer_table(built("mlp"))
    assert [row["type"] for row in table] == ["Flatten", "Dense", "Dropout", "Dense"]
    assert [row["activation"] for row in table] == ["", "relu", "", "softmax"]
    assert [row["parameters"] for row in table] == [0, 100_480, 0, 1_290]
    assert [row["output_shape"] for row in table] == [[784], [128], [128], [10]]


def test_lenet_layers_are_as_published() -> None:
    shapes = [row["output_shape"] for row in layer_table(built("lenet5"))]
    assert shapes[:4] == [[28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16]]
    improved = [row["type"] for row in layer_table(built("lenet5", **LENET))]
    assert improved[:6] == ["Conv2D", "MaxPooling2D", "Dropout"] * 2
