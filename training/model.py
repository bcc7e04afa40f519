"""A Llama-shaped decoder: RMSNorm, rotary positions (interleaved pairs, as llama.cpp's `llama` architecture), grouped
queries, SwiGLU, tied embeddings. Head size 64, which llama.cpp runs fastest on CPUs."""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass(frozen=True)
class Config:
    vocabulary: int
    width: int = 256
    layers: int = 5
    heads: int = 4
    kv_heads: int = 1
    positions: int = 1024

    @property
    def head(self) -> int:
        return self.width // self.heads

    @property
    def feed_forward(self) -> int:
        return self.width * 8 // 3 // 32 * 32


def rotations(positions: int, head: int, device=None):
    """cos and sin of every position and frequency: (positions, head / 2)."""
    inverse = 1 / 10000 ** (torch.arange(0, head, 2, device=device) / head)
    angle = torch.outer(torch.arange(positions, device=device).float(), inverse)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack((a * cos - b * sin, a * sin + b * cos), -1).flatten(-2)


def attend(q, k, v, bias):
    """Grouped-query attention, written out: at these lengths torch's fused kernel for CPUs takes three times as long backwards.
    q: (batch, heads, time, head); k, v: (batch, kv_heads, time, head); bias: (batch, 1, time, time), 0 or -inf."""
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias.to(q.dtype), enable_gqa=True)
    b, heads, t, head = q.shape
    groups = k.shape[1]
    scores = (q.reshape(b * groups, heads // groups * t, head) * head ** -0.5) @ k.reshape(b * groups, t, head).transpose(1, 2)
    weights = (scores.view(b, heads, t, t) + bias).softmax(-1, dtype=torch.float32).to(v.dtype)
    return (weights.view(b * groups, heads // groups * t, t) @ v.reshape(b * groups, t, head)).view(b, heads, t, head)


class Block(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.attention_norm = nn.Parameter(torch.ones(c.width))
        self.feed_norm = nn.Parameter(torch.ones(c.width))
        self.q = nn.Linear(c.width, c.width, bias=False)
        self.k = nn.Linear(c.width, c.kv_heads * c.head, bias=False)
        self.v = nn.Linear(c.width, c.kv_heads * c.head, bias=False)
        self.o = nn.Linear(c.width, c.width, bias=False)
        self.gate = nn.Linear(c.width, c.feed_forward, bias=False)
        self.up = nn.Linear(c.width, c.feed_forward, bias=False)
        self.down = nn.Linear(c.feed_forward, c.width, bias=False)

    def forward(self, x, cos, sin, mask):
        c, (b, t, _) = self.c, x.shape
        h = F.rms_norm(x, (c.width,), self.attention_norm, 1e-5)
        q = rotate(self.q(h).view(b, t, c.heads, c.head).transpose(1, 2), cos, sin)
        k = rotate(self.k(h).view(b, t, c.kv_heads, c.head).transpose(1, 2), cos, sin)
        v = self.v(h).view(b, t, c.kv_heads, c.head).transpose(1, 2)
        a = attend(q.to(v.dtype), k.to(v.dtype), v, mask)
        x = x + self.o(a.transpose(1, 2).reshape(b, t, c.width))
        h = F.rms_norm(x, (c.width,), self.feed_norm, 1e-5)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Model(nn.Module):
    def __init__(self, c: Config):
        super().__init__()
        self.c = c
        self.embedding = nn.Embedding(c.vocabulary, c.width)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = nn.Parameter(torch.ones(c.width))
        nn.init.normal_(self.embedding.weight, std=0.02)
        cos, sin = rotations(c.positions, c.head)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def forward(self, ids, positions, mask):
        """ids, positions: (batch, time); mask: (batch, 1, time, time), true where attention is allowed. Gives hidden states
        (batch, time, width); `logits` turns those that matter into scores."""
        mask = torch.zeros(mask.shape, dtype=torch.get_autocast_dtype(ids.device.type) if torch.is_autocast_enabled(ids.device.type) else torch.float32, device=ids.device).masked_fill_(~mask, -torch.inf)
        cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, cos, sin, mask)
        return F.rms_norm(x, (self.c.width,), self.norm, 1e-5)

    def logits(self, hidden):
        return hidden @ self.embedding.weight.T
