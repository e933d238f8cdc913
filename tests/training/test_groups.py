"""Which groups a model's weights are in."""

from bands import keras

from study.training.groups import GROUPS, groups

layers = keras.layers


def named(model: keras.Model) -> dict[str, set[str]]:
    """The groups of each weight, by its layer's name and its own."""
    paths = ["/".join(variable.path.split("/")[-2:]) for variable in model.trainable_variables]
    return dict(zip(paths, map(set, groups(model)), strict=True))


def test_each_weight_is_in_its_groups() -> None:
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(2, 3, name="conv"),
            layers.BatchNormalization(name="batch"),
            layers.PReLU(name="prelu"),
            layers.Flatten(),
            layers.Dense(4, name="hidden"),
            layers.LayerNormalization(name="layer"),
            layers.RMSNormalization(name="rms"),
            layers.Dense(3, name="head"),
            layers.Softmax(),
        ]
    )
    found = named(model)
    assert found == {
        "conv/kernel": {"kernels"},
        "conv/bias": {"biases"},
        "batch/gamma": {"normalization"},
        "batch/beta": {"normalization", "biases"},
        "prelu/alpha": {"kernels"},
        "hidden/kernel": {"kernels"},
        "hidden/bias": {"biases"},
        "layer/gamma": {"normalization"},
        "layer/beta": {"normalization", "biases"},
        "rms/scale": {"normalization"},
        "head/kernel": {"kernels", "head"},
        "head/bias": {"biases", "head"},
    }
    assert set().union(*found.values()) == set(GROUPS)


def test_layers_of_nested_models_count_and_embeddings_are_kernels() -> None:
    inputs = keras.Input((5,), dtype="int32")
    inner = keras.Sequential(
        [keras.Input((20,)), layers.Dense(4, name="one"), layers.BatchNormalization(name="norm")]
    )
    found = layers.Flatten()(layers.Embedding(10, 4, name="words")(inputs))
    head = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="head")])
    model = keras.Model(inputs, layers.Activation("softmax")(head(inner(found))))
    own = named(model)
    assert own["words/embeddings"] == {"kernels"}
    assert own["norm/beta"] == {"normalization", "biases"}
    assert own["one/kernel"] == {"kernels"}
    assert own["head/bias"] == {"biases", "head"}


def test_a_frozen_layer_is_in_no_group() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(3)])
    model.layers[1].trainable = False
    assert [set(own) for own in groups(model)] == [{"kernels", "head"}, {"biases", "head"}]
