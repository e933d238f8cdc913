"""Models can share compiled steps only if their structures are equal."""

from networks import IMAGE, keras, layers, nested, residual, stack

from study import models
from study.training.forward import structure


def test_structures_show_what_can_share_compiled_steps() -> None:
    def dropout(rate: float, seed: int) -> keras.Model:
        keras.utils.set_random_seed(seed)
        return models.build("mlp", IMAGE, 10, dropout=rate)

    assert structure(dropout(0.2, 1)) == structure(dropout(0.4, 2))
    assert structure(dropout(0.2, 1)) != structure(dropout(0.0, 1))
    assert structure(models.build("mlp", IMAGE, 10, units=7)) != structure(dropout(0.2, 1))
    noisy = [stack(layers.GaussianNoise(0.1)) for _ in range(2)]
    assert structure(noisy[0]) != structure(noisy[1]), "their seeds are compiled in"


def test_structures_of_functional_models_do_not_depend_on_names_seeds_and_rates() -> None:
    """Names are counted, so that they differ in a process that has built other models before."""
    assert structure(residual(0.2, seed=1)) == structure(residual(0.4, seed=2))
    assert structure(nested()) == structure(nested())
    different = [residual(), residual(0.2), residual(0.2, filters=5), residual(0.2, slope=0.2)]
    assert len({structure(model) for model in different}) == len(different)


def test_structures_show_how_layers_are_connected() -> None:
    def model(crossed: bool) -> keras.Model:
        inputs = keras.Input((4,))
        one, other = layers.Dense(3), layers.Dense(3)
        first, second = one(inputs), other(inputs)
        difference = layers.Subtract()([first, second])
        found = layers.Add()([difference, second if crossed else first])
        return keras.Model(inputs, layers.Dense(10)(found))

    assert structure(model(False)) == structure(model(False))
    assert structure(model(False)) != structure(model(True))
