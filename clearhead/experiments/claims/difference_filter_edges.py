"""A filter that subtracts neighbouring pixels finds edges."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from clearhead.experiments.claims.base import Figure, Outcome, Several, Verdict, Words, number
from clearhead.layers.convolution import ConvolutionLayer
from clearhead.metrics.classification import roc_auc
from clearhead.tasks.base import Poll

SECONDS = 2
FOUND = 0.95
"""Area under the ROC curve from which edges count as found; 0.5 is guessing."""
SIZE = 32
NOISES = (0.0, 0.1, 0.3)
"""Spread of the noise, where the object is 1 brighter than the ground."""
FILTERS = {
    "left_right": ([[0, 0, 0], [0, -1, 1], [0, 0, 0]], {"en": "right − left", "zh": "右 − 左"}),
    "up_down": ([[0, 0, 0], [0, -1, 0], [0, 1, 0]], {"en": "below − above", "zh": "下 − 上"}),
    "both": (None, {"en": "both, length of the two", "zh": "两者合成（取长度）"}),
    "blur": ([[1 / 9] * 3] * 3, {"en": "mean of nine (no difference)", "zh": "九点平均（不作差）"}),
    "pixel": ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], {"en": "the pixel itself", "zh": "像素本身"}),
}
EDGES = ("upright", "level", "slanted")
WORDS = {
    "en": Words(
        claim="A filter that subtracts neighbouring pixels finds edges.",
        where="In every introduction to convolution: the kernel with −1 and 1 laid over a photograph.",
        how="Images of rectangles and of triangles with slanted sides are made with known edges, at random places and "
        "brightnesses, with more and less noise. Each filter slides over them (the convolution of our image network, "
        "with these weights set by hand), and the strength of its answer is asked to tell edge pixels from all others: "
        "the area under the ROC curve, 1 for always right, 0.5 for guessing.",
        reading=f"The claim holds if one difference of neighbours finds the edges of every direction (area of at least "
        f"{FOUND}) at every noise. It holds only when the direction fits or the noise is small, if that is so for "
        "edges across the difference without noise. It is false if even those are missed, or if a filter without "
        "differences finds them as well.",
    ),
    "zh": Words(
        claim="把相邻像素相减的滤波器能找出边缘。",
        where="每一篇卷积入门：把带 −1 和 1 的卷积核盖在照片上。",
        how="随机生成矩形和带斜边的三角形图像，边缘位置已知，位置、明暗和噪声各不相同。让每个滤波器滑过图像"
        "（就用我们图像网络里的卷积层，权重手工设定），用响应强度区分边缘像素与其他像素，记 ROC 曲线下面积："
        "1 为全对，0.5 等于瞎猜。",
        reading=f"若单独一个相邻差在任何噪声下都能找出各个方向的边缘（面积不低于 {FOUND}），则成立；若只有无噪声、"
        "且边缘与相减方向垂直时如此，则有条件地成立；若连这种边缘也找不出，或不作差的滤波器同样找得出，则不成立。",
    ),
}


def measure(*, seed: int = 0, poll: Poll, is_quick: bool = False) -> Outcome:
    """Draw shapes, slide each filter over them, and score its answers against the known edges."""
    num_images, num_seeds = (12, 2) if is_quick else (60, 3)
    found: dict[tuple[str, str, float], list[float]] = {}
    for one_seed in range(seed, seed + num_seeds):
        poll()
        chance = np.random.default_rng((one_seed, 4))
        shapes = [draw(chance) for _ in range(num_images)]
        inside = np.stack(shapes)
        ground = chance.uniform(0.0, 1.0, (num_images, 1, 1))
        edges = {name: edges_of(inside)[name] for name in EDGES}
        is_plain = ~np.any(list(edges.values()), axis=0)
        for noise in NOISES:
            images = ground + inside + chance.normal(0, 1, inside.shape) * noise
            for name, strength in answers(images).items():
                poll()
                for edge, is_edge in edges.items():
                    asked = (is_edge | is_plain)[:, 1:-1, 1:-1]
                    area = roc_auc(is_edge[:, 1:-1, 1:-1][asked], strength[:, 1:-1, 1:-1][asked])
                    found.setdefault((name, edge, noise), []).append(area)
    return conclude(found)


def conclude(found: dict[tuple[str, str, float], list[float]]) -> Outcome:
    """Draw the verdict from the areas."""
    area = {key: Several.of(values) for key, values in found.items()}
    alone = {edge: min(area["left_right", edge, noise].mean for noise in NOISES) for edge in EDGES}
    across, along = area["left_right", "upright", 0.0], area["left_right", "level", 0.0]
    plain = max(area[name, "upright", 0.0].mean for name in ("blur", "pixel"))
    verdict: Verdict = "holds" if min(alone.values()) >= FOUND else "only_when"
    if across.mean < FOUND or plain >= FOUND:
        verdict = "false"
    noisy = area["left_right", "upright", NOISES[-1]]
    both = min(area["both", edge, 0.0].mean for edge in EDGES)
    sentence = {
        "en": f"Right − left tells upright edges from all else with an area of {number(across.mean)}, but level ones "
        f"with {number(along.mean)}: a difference sees only edges across it. Two differences together reach at least "
        f"{number(both)} in every direction. With noise of {NOISES[-1]:g} of the contrast, right − left falls to "
        f"{number(noisy.mean)}; without any difference the best is {number(plain)}.",
        "zh": f"“右 − 左”找竖直边缘的面积为 {number(across.mean)}，找水平边缘只有 {number(along.mean)}："
        f"一个差只看得见与它垂直的边缘。两个方向合起来，各种边缘至少 {number(both)}。"
        f"噪声为反差的 {NOISES[-1]:g} 倍时，“右 − 左”降到 {number(noisy.mean)}；"
        f"完全不作差的滤波器最好也只有 {number(plain)}。",
    }
    heads = {
        "en": ["filter", "upright edges", "level edges", "slanted edges"],
        "zh": ["滤波器", "竖直边缘", "水平边缘", "倾斜边缘"],
    }
    figures = [
        Figure(
            name={
                "en": f"Edge pixels told from others, noise {noise:g}: area under the ROC curve",
                "zh": f"区分边缘像素，噪声 {noise:g}：ROC 曲线下面积",
            },
            columns=heads,
            rows=[[shown, *(area[name, edge, noise] for edge in EDGES)] for name, (_, shown) in FILTERS.items()],
        )
        for noise in NOISES
    ]
    return Outcome(verdict=verdict, sentence=sentence, figures=figures)


def draw(chance: np.random.Generator) -> NDArray[np.bool_]:
    """Draw a rectangle, or a triangle with a slanted side, and say which pixels lie inside."""
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    top, left = chance.integers(3, SIZE // 2 - 2, 2)
    bottom, right = chance.integers(SIZE // 2 + 2, SIZE - 3, 2)
    inside = (y >= top) & (y < bottom) & (x >= left) & (x < right)
    if chance.random() < 0.5:
        inside &= (x - left) * (bottom - top) >= (y - top) * (right - left)
    return np.asarray(inside)


def edges_of(inside: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Say which pixels have a neighbour, to the right, below, or on both sides, on the other side of the outline."""
    differs_right, differs_below = np.zeros_like(inside), np.zeros_like(inside)
    differs_right[:, :, :-1] = inside[:, :, 1:] != inside[:, :, :-1]
    differs_below[:, :-1] = inside[:, 1:] != inside[:, :-1]
    return {
        "upright": differs_right & ~differs_below,
        "level": differs_below & ~differs_right,
        "slanted": differs_right & differs_below,
    }


@torch.no_grad()
def answers(images: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Slide every filter over the images and return the strength of its answer at each pixel."""
    weights = [kernel for kernel, _ in FILTERS.values() if kernel is not None]
    layer = ConvolutionLayer(1, len(weights))
    layer.filters.weight.copy_(torch.tensor(weights, dtype=torch.float32)[:, None])
    maps: Tensor = layer.filters(torch.from_numpy(images).float()[:, None]).double()
    names = [name for name, (kernel, _) in FILTERS.items() if kernel is not None]
    found = {name: maps[:, index].abs().numpy() for index, name in enumerate(names)}
    return {**found, "both": np.hypot(found["left_right"], found["up_down"])}
