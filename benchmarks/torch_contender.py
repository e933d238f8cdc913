"""PyTorch: data in memory, channels last, fused or foreach optimisers, autocast for bfloat16."""

from typing import Any

import numpy as np
import torch as pt
from torch import nn

import architectures as arch
from cases import SEED, Case, Contender, Data


def create(case: Case, data: Data, threads: int, precision: str) -> Contender:
    """The contender; see contenders.py."""
    pt.set_num_threads(threads)
    pt.manual_seed(SEED)
    layout = pt.channels_last
    model, factor = build(arch.describe(case.model, case.parameters))
    model = model.to(memory_format=layout)
    optimizer = optimizer_of(case.optimizer, [p for p in model.parameters() if p.requires_grad])
    images = pt.from_numpy(data["train_images"].astype(np.float32) / 255).permute(0, 3, 1, 2)
    tests = pt.from_numpy(data["test_images"].astype(np.float32) / 255).permute(0, 3, 1, 2)
    labels = pt.from_numpy(data["train_labels"].astype(np.int64))
    loss_of = nn.CrossEntropyLoss()
    generator = np.random.default_rng(SEED)
    bfloat16 = precision == "mixed_bfloat16"

    def train() -> None:
        model.train()
        order = pt.from_numpy(generator.permutation(len(images))[: case.images])
        correct = pt.zeros(())
        for batch in order.split(case.batch_size):
            optimizer.zero_grad(set_to_none=True)
            with pt.autocast("cpu", pt.bfloat16, enabled=bfloat16):
                outputs = model(images[batch].contiguous(memory_format=layout))
                loss = loss_of(outputs * factor if factor != 1 else outputs, labels[batch])
            loss.backward()
            optimizer.step()
            correct += (outputs.argmax(1) == labels[batch]).sum()
        correct.item()

    def score() -> float:
        model.eval()
        with pt.no_grad():
            found = pt.cat([model(part).argmax(1) for part in tests.split(1000)]).numpy()
        return float((found == data["test_labels"]).mean())

    return train, score


def optimizer_of(options: dict[str, Any], parameters: list[Any]) -> Any:
    """PyTorch's optimiser, in its fused form where there is one for CPUs."""
    if options["name"] == "adam":
        return pt.optim.Adam(
            parameters, lr=options["learning_rate"],
            betas=(options["beta_1"], options["beta_2"]), eps=options["epsilon"], fused=True,
        )  # fmt: skip
    if options["name"] == "sgd":
        return pt.optim.SGD(
            parameters, lr=options["learning_rate"], momentum=options["momentum"],
            nesterov=options["nesterov"], fused=True,
        )  # fmt: skip
    return pt.optim.Adadelta(
        parameters, lr=options["learning_rate"], rho=options["rho"], eps=options["epsilon"],
        foreach=True,
    )  # fmt: skip


def build(architecture: arch.Architecture) -> tuple[Any, float]:
    """The architecture, its weights started as Keras does, and what its outputs are scaled by."""
    layers, factor = [], 1.0
    for layer in architecture.layers:
        if isinstance(layer, arch.Scale):
            factor *= layer.factor
        else:
            layers.append(module(layer))
    model = nn.Sequential(*layers)
    for made in model:
        if isinstance(made, nn.Conv2d | nn.Linear):
            if architecture.stddev is None:
                nn.init.xavier_uniform_(made.weight)
            else:
                bound = 2 * architecture.stddev
                nn.init.trunc_normal_(made.weight, std=architecture.stddev, a=-bound, b=bound)
            if made.bias is not None:
                nn.init.constant_(made.bias, architecture.bias)
    return model, factor


def module(layer: arch.Layer) -> Any:
    """PyTorch's module for a layer."""
    match layer:
        case arch.Conv():
            padding = layer.size // 2 if layer.same else 0
            return nn.Conv2d(
                layer.inputs, layer.filters, layer.size, padding=padding, bias=layer.bias
            )
        case arch.Dense():
            return nn.Linear(layer.inputs, layer.units, bias=layer.bias)
        case arch.Pool():
            return {"max": nn.MaxPool2d, "average": nn.AvgPool2d}[layer.kind](layer.size)
        case arch.BatchNorm():
            norm = nn.BatchNorm2d(layer.channels, eps=layer.epsilon, momentum=1 - layer.momentum)
            norm.weight.requires_grad_(False)
            return norm
        case arch.Activation():
            return {"relu": nn.ReLU, "gelu": nn.GELU}[layer.name]()
        case arch.Dropout():
            return nn.Dropout(layer.rate)
        case arch.Flatten():
            return nn.Flatten()
    raise ValueError(f"no module for {layer}")
