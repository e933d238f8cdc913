"""Mistakes in a config: changes of the published study, and words of the message about each."""

from config_texts import lenet

MISTAKES = {
    "curve without its split": (
        "experiments: {deep_cnn: {curves: {v: {column: val_loss}}}}",
        "curves.v.column: val_loss needs a validation split",
    ),
    "curve without its log points": (
        lenet("curves: {b: {column: batch_accuracy}}"),
        "curves.b.column: batch_accuracy needs training.log_every",
    ),
    "range upside down": (
        lenet("curves: {l: {column: loss, range: [1, 0]}}"),
        "curves.l.range: must rise, but is [1, 0]",
    ),
    "unknown illustration": (
        lenet("illustrations: {images: [{index: 1}], figures: [kernel]}"),
        "'kernel' is not known; did you mean 'kernels'?",
    ),
    "image asked for twice over": (
        lenet("illustrations: {images: [{index: 1, first_of_class: 2}], figures: [kernels]}"),
        "illustrations.images.0: give either index or first_of_class",
    ),
    "illustration twice": (
        lenet("illustrations: {images: [{index: 1}], figures: [kernels, kernels]}"),
        "illustrations.figures.1: 'kernels' appears twice",
    ),
    "unknown way to prepare images": (
        "datasets: {mnist: {pictures: mnits}}",
        "datasets.mnist.pictures: 'mnits' is not known; did you mean 'mnist'?",
    ),
    "grid over a part of what has none": (
        lenet("grid: {model.name: [mlp]}"),
        "grid.model.name: model has no parts; write model",
    ),
    "grid over a mapping": (
        lenet("grid: {training: [1, 2]}"),
        "grid.training: is a mapping; vary its parts, such as training.",
    ),
    "grid of mappings": (
        lenet("grid: {training.optimizer.learning_rate: [{a: 1}]}"),
        "grid.training.optimizer.learning_rate: a value is a mapping; make named variants of it",
    ),
    "variant that cannot be part of a path": (
        "experiments: {dropout_grid: {grid: {device: [auto, cpu]}, variants: {'a b': {}}}}",
        "'a b'",
    ),
    "unknown format": (
        lenet("export: [onx]"),
        "export.0: 'onx' is not known; did you mean 'onnx'?",
    ),
    "format twice": (lenet("export: [onnx, onnx]"), "export.1: 'onnx' appears twice"),
    "format of another precision": (
        lenet("export: [keras, litert], precision: mixed_bfloat16"),
        "export.1: litert cannot compute in mixed_bfloat16",
    ),
    "formats of old": (lenet("export: true"), "export: true is not a list"),
    "unknown way with missing runs": ("missing: hide", "missing: 'hide' is not known"),
    "unknown key at the top": ("experimets: {}", "experimets: unknown key; did you mean 'experim"),
    "unknown key": (lenet("batchsize: 3"), "experiments.lenet5.batchsize: unknown key"),
    "key of training": (lenet("training: {epoch: 3}"), "training.epoch: unknown key; did you mean"),
    "unknown dataset": (lenet("dataset: mnits"), "dataset: 'mnits' is not known; did you mean 'mn"),
    "unknown model": (lenet("model: lenet"), "model: 'lenet' is not known; did you mean 'lenet5'?"),
    "model that is a list": (
        "defaults: {model: [mlp]}\nexperiments: {core_mlp: {model: {a: 1}}}",
        "experiments.core_mlp.model: {'a': 1} is not text",
    ),
    "unknown parameter": (
        lenet("parameters: {filter: [6, 16]}"),
        "parameters.filter: unknown key; did you mean 'filters'?",
    ),
    "type of a parameter": (lenet("parameters: {filters: 6}"), "filters: 6 is not a list"),
    "choice of a parameter": (
        "experiments: {deep_cnn: {model: lenet5, parameters: {pooling: mean}}}",
        "parameters.pooling: 'mean' is not known (known: average, max)",
    ),
    "unknown optimiser": (
        lenet("training: {optimizer: {name: adma}}"),
        "optimizer.name: 'adma' is not known; did you mean 'adam'?",
    ),
    "parameter of the optimiser": (
        lenet("training: {optimizer: {beta_1: 0.9}}"),
        "optimizer.beta_1: unknown key",
    ),
    "unknown loss": (lenet("training: {loss: mse}"), "loss: 'mse' is not known (known: categ"),
    "learning rate zero": (
        lenet("training: {optimizer: {learning_rate: 0}}"),
        "learning_rate: is 0, but must be more than 0",
    ),
    "learning rate negative": (
        lenet("training: {optimizer: {learning_rate: -1}}"),
        "learning_rate: is -1, but must be more than 0",
    ),
    "learning rate nan": (
        lenet("training: {optimizer: {learning_rate: .nan}}"),
        "learning_rate: is nan, but must be a finite number",
    ),
    "dropout of one": (
        "experiments: {dropout_grid: {grid: {parameters.dropout: [0.5, 1.0]}}}",
        "experiments.dropout_grid (dropout-1.0).parameters.dropout: is 1.0, "
        "but must be less than 1",
    ),
    "negative dropout": (
        "experiments: {deep_cnn: {parameters: {dropout: -0.1}}}",
        "parameters.dropout: is -0.1, but must be at least 0",
    ),
    "no epochs": (lenet("training: {epochs: 0}"), "training.epochs: is 0, but must be at least 1"),
    "no batch": (lenet("training: {batch_size: 0}"), "batch_size: is 0, but must be at least 1"),
    "epochs and steps": (lenet("training: {steps: 5}"), "give either epochs or steps"),
    "microbatch": (lenet("training: {microbatch_size: 300}"), "300 does not divide the batch size"),
    "grid without a parameter": (
        "experiments: {dropout_grid: {grid: {parameters.dropuot: [0.1]}}}",
        "grid.parameters.dropuot: mlp has no 'dropuot'; did you mean 'dropout'?",
    ),
    "empty grid": ("experiments: {dropout_grid: {grid: {parameters.dropout: []}}}", "dropout"),
    "id twice": (
        "experiments: {dropout_grid: {grid: {parameters.dropout: [0.2, 0.2]}}}",
        "two variants have the id 'dropout-0.2'",
    ),
    "a study called like another folder": (
        "study: drawing",
        "study: results/drawing/ is a folder of another command (`make predict` or `make draw`, ",
    ),
    "pictures in a folder of a long name": (
        f"predict: {'ü' * 101}",
        "bytes; it becomes part of a path, which takes at most 200",
    ),
    "a side that no image has": (
        "datasets: {mine: {source: folder, path: ., height: 100000}}",
        "datasets.mine.height: is 100,000, but must be at most 4,096 pixels",
    ),
    "a split seed below zero": (
        "datasets: {mine: {source: folder, path: ., split_seed: -1}}",
        "datasets.mine.split_seed: is -1, but must be at least 0",
    ),
    "a grid by mistake": (
        lenet(f"grid: {{training.batch_size: {list(range(1, 500))}}}, seeds: {list(range(100))}"),
        "experiments.lenet5: has 249,500 runs, but may have at most 200,000; split it",
    ),
    "title twice": (
        lenet("variants: {original: {title: LeNet}, wide: {title: LeNet}}"),
        "experiments.lenet5: two variants have the title 'LeNet'; give them different ones",
    ),
    "the title of another's name": (
        lenet("variants: {my_own: {}, mine: {title: my own}}"),
        "experiments.lenet5: two variants have the title 'my own'; give them different ones",
    ),
    "id with a slash": (lenet("variants: {a/b: {}}"), "'a/b' is not a name"),
    "id with dots": (lenet("variants: {../up: {}}"), "'../up' is not a name"),
    "name with a space": ("study: my study", "'my study' is not a name"),
    "seed twice": (lenet("seeds: [1, 1]"), "seeds: a seed appears twice"),
    "seed as text": (lenet("seeds: [one]"), "seeds.0: 'one' is not a whole number"),
    "split": (lenet('splits: {train: "train[10000]"}'), "'train[10000]' is not a split"),
    "empty split": (lenet('splits: {train: "train[50:20]"}'), "leaves no example"),
    "gpu on cpu": (lenet("device: cpu, resources: {gpu: 1}"), "asks for a GPU, but device is cpu"),
    "duplicate key": ("study: one\nstudy: two", "the key 'study' appears twice"),
    "key that is a number": (lenet("variants: {10: {}}"), "the key 10 is not read as text"),
    "epsilon below zero": (
        lenet("training: {optimizer: {name: adam, epsilon: -1}}"),
        "training.optimizer.epsilon: is -1, but must be more than 0",
    ),
    "beta of one": (
        lenet("training: {optimizer: {name: adam, beta_1: 1.0}}"),
        "training.optimizer.beta_1: is 1.0, but must be less than 1",
    ),
    "grid over seeds": (
        lenet("grid: {seeds: [1, 2]}"),
        "experiments.lenet5.grid.seeds: cannot be varied",
    ),
    "grid over titles": (
        lenet("grid: {title: [a, b]}"),
        "experiments.lenet5.grid.title: cannot be varied",
    ),
    "grid over optimisers as a whole": (
        lenet("grid: {training.optimizer: [adam, sgd]}"),
        "grid.training.optimizer: make named variants of it, or vary its parts, such as training.",
    ),
    "rho of one": (
        lenet("training: {optimizer: {name: adadelta, rho: 1.0}}"),
        "training.optimizer.rho: is 1.0, but must be less than 1",
    ),
    "unknown model beside a wrong type": (
        "experiments: {core_mlp: {model: mlpp, title: 5}}",
        "experiments.core_mlp.model: 'mlpp' is not known; did you mean 'mlp'?",
    ),
    "unknown schedule": (
        lenet("training: {schedule: {name: cosinus}}"),
        "training.schedule.name: 'cosinus' is not known; did you mean 'cosine'?",
    ),
    "schedule without a name": (
        lenet("training: {schedule: {warmup: 0.1}}"),
        "training.schedule.name: is missing (known: constant, cosine",
    ),
    "parameter of a schedule": (
        lenet("training: {schedule: {name: cosine, warmup: 1.5}}"),
        "training.schedule.warmup: is 1.5, but must be at most 1",
    ),
    "unknown augmentation": (
        lenet("training: {augmentation: [{name: flip}, {name: shfit}]}"),
        "training.augmentation.1.name: 'shfit' is not known; did you mean 'shift'?",
    ),
    "parameter of an augmentation": (
        lenet("training: {augmentation: [{name: shift, pixel: 2}]}"),
        "training.augmentation.0.pixel: unknown key; did you mean 'pixels'?",
    ),
    "augmentation that is no list": (
        lenet("training: {augmentation: {name: flip}}"),
        "training.augmentation: {'name': 'flip'} is not a list",
    ),
    "unknown mixing": (lenet("training: {mixing: {name: mixpu}}"), "did you mean 'mixup'?"),
    "unknown averaging": (lenet("training: {averaging: {name: emma}}"), "did you mean 'ema'?"),
    "unknown group of weights": (
        lenet("training: {learning_rate_factors: {bias: 2.0}}"),
        "training.learning_rate_factors.bias",
    ),
    "label smoothing of one": (
        lenet("training: {label_smoothing: 1.0}"),
        "training.label_smoothing: is 1.0, but must be less than 1",
    ),
    "grid over a part of an augmentation": (
        lenet("grid: {training.augmentation: [[], [{name: flip}]]}"),
        "grid.training.augmentation: make named variants of it",
    ),
    "order of a source": (
        "datasets: {mnist: {order: fiels}}",
        "datasets.mnist.order: 'fiels' is not known",
    ),
    "unknown source": ("datasets: {mnist: {source: tdfs}}", "did you mean 'tfds'?"),
}
