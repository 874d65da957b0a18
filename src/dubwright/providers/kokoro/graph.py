"""Kokoro's graph, rewritten once: the same samples from faster kernels, and the plan alone.

Two thirds of the time goes into convolutions of uint8 activations with uint8 weights, for which
onnxruntime has no kernel that uses a processor's vector dot products. Flipping the top bit of the
activations and of their zero point makes both int8 and keeps every difference between them, so
the integer sums stay the same and the signed kernel computes them.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

ENERGY_OUTPUT = "energy"
"""How loud the speech is meant to be, for every 300 samples, on a scale close to decibels."""

_ENERGY_TENSOR = "/encoder/N_proj/Conv_output_0"
_TOP_BIT = "top_bit"


def write_plain(original: Path, target: Path) -> None:
    """Write the original graph with the energy as one more output."""
    _write(_with_energy(original), target)


def write_signed(original: Path, target: Path) -> None:
    """Write the graph with signed convolutions, and the energy as one more output."""
    model = _with_energy(original)
    _sign_convolutions(model.graph)
    _write(model, target)


def write_prosody(original: Path, target: Path) -> None:
    """Write the part of the graph that gives the energy: a thirtieth of the work."""
    model = _with_energy(original)
    _sign_convolutions(model.graph)
    _keep_only(model.graph, ENERGY_OUTPUT)
    _write(model, target)


def _with_energy(original: Path) -> "ModelProto":
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load(original)
    graph = model.graph
    graph.node.append(helper.make_node("Identity", [_ENERGY_TENSOR], [ENERGY_OUTPUT]))
    graph.output.append(helper.make_tensor_value_info(ENERGY_OUTPUT, TensorProto.FLOAT, None))
    return model


def _sign_convolutions(graph: "GraphProto") -> None:
    """Feed every integer convolution with signed activations and a signed zero point."""
    import numpy as np
    from onnx import numpy_helper

    graph.initializer.append(numpy_helper.from_array(np.array(0x80, np.uint8), _TOP_BIT))
    nodes = list(graph.node)
    signed: set[str] = set()
    del graph.node[:]
    for node in nodes:
        if node.op_type == "ConvInteger":
            for position in (0, 2):
                graph.node.extend(_signing(node.input[position], signed))
                node.input[position] += "_signed"
        graph.node.append(node)


def _signing(name: str, signed: set[str]) -> "list[NodeProto]":
    """The nodes that make `name` signed, once."""
    from onnx import TensorProto, helper

    if name in signed:
        return []
    signed.add(name)
    return [
        helper.make_node("BitwiseXor", [name, _TOP_BIT], [f"{name}_flipped"]),
        helper.make_node("Cast", [f"{name}_flipped"], [f"{name}_signed"], to=TensorProto.INT8),
    ]


def _keep_only(graph: "GraphProto", output: str) -> None:
    """Cut away everything that `output` does not depend on."""
    needed = {output}
    nodes: list[NodeProto] = []
    for node in reversed(list(graph.node)):
        if needed.intersection(node.output):
            nodes.append(node)
            needed.update(name for name in node.input if name)
    kept = [value for value in graph.output if value.name == output]
    weights = [weight for weight in graph.initializer if weight.name in needed]
    del graph.node[:], graph.output[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(reversed(nodes))
    graph.output.extend(kept)
    graph.initializer.extend(weights)


def _write(model: "ModelProto", target: Path) -> None:
    import onnx

    onnx.save(model, target)
