"""A Llama-shaped decoder: RMSNorm, rotary positions, grouped queries, SwiGLU, tied embeddings, as llama.cpp's `llama`
architecture has them. Head size 64, which llama.cpp runs fastest on CPUs. Activations are bfloat16 between float32 weights and
a float32 residual stream; the functions whose gradients torch would take in many passes over memory have theirs written out."""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from parts import joined

HALF = torch.bfloat16 if torch.cuda.is_available() or torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported() else torch.float32
EPSILON = 1e-5


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


class Norm(torch.autograd.Function):
    """RMSNorm. x: (…, width) float32; weight: (width); gives bfloat16."""

    @staticmethod
    def forward(ctx, x, weight):
        scale = (x.square().mean(-1, keepdim=True) + EPSILON).rsqrt_()
        normal = x * scale
        ctx.save_for_backward(normal, scale, weight)
        return (normal * weight).to(HALF)

    @staticmethod
    def backward(ctx, grad):
        normal, scale, weight = ctx.saved_tensors
        grad = grad.float()
        by_weight = grad * normal
        along = (by_weight @ weight).div_(weight.shape[0]).unsqueeze(-1)
        return grad.mul(weight).addcmul_(normal, along, value=-1).mul_(scale), by_weight.flatten(0, -2).sum(0)


class SwiGLU(torch.autograd.Function):
    """silu(gate) * up. x: (…, 2 * feed_forward), gate before up."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        gate, up = x.chunk(2, -1)
        return F.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx, grad):
        gate, up = ctx.saved_tensors[0].chunk(2, -1)
        return torch.cat((torch.ops.aten.silu_backward(grad * up, gate), F.silu(gate).mul_(grad)), -1)


class Rotate(torch.autograd.Function):
    """Rotary positions. x: (batch, time, heads, head), its first half turned against its second; cos, sin: (batch, time, 1, head / 2)."""

    @staticmethod
    def forward(ctx, x, cos, sin):
        ctx.save_for_backward(cos, sin)
        a, b = x.chunk(2, -1)
        return torch.cat((torch.addcmul(a * cos, b, sin, value=-1), torch.addcmul(a * sin, b, cos)), -1)

    @staticmethod
    def backward(ctx, grad):
        cos, sin = ctx.saved_tensors
        a, b = grad.chunk(2, -1)
        return torch.cat((torch.addcmul(a * cos, b, sin), torch.addcmul(b * cos, a, sin, value=-1)), -1), None, None


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
        # llama.cpp turns neighbouring elements of a head; even ones before odd ones make two halves, which are faster to turn.
        halves = torch.arange(c.head).view(-1, 2).T.flatten()
        self.register_buffer("halves", (torch.arange(c.heads + c.kv_heads)[:, None] * c.head + halves).flatten(), persistent=False)

    def forward(self, x, cos, sin, bias):
        c, (b, t, _) = self.c, x.shape
        turned, groups = c.heads + c.kv_heads, c.heads // c.kv_heads
        h = Norm.apply(x, self.attention_norm)
        weight = torch.cat((torch.cat((self.q.weight * c.head ** -0.5, self.k.weight))[self.halves], self.v.weight))
        qkv = h @ weight.to(HALF).T
        qk = Rotate.apply(qkv[..., :turned * c.head].view(b, t, turned, c.head), cos, sin)
        # (batch * kv_heads, time * groups, head) against (batch * kv_heads, time, head): queries of a group share keys and values.
        q = qk[:, :, :c.heads].reshape(b, t, c.kv_heads, groups, c.head).transpose(1, 2).reshape(b * c.kv_heads, t * groups, c.head)
        k = qk[:, :, c.heads:].transpose(1, 2).reshape(b * c.kv_heads, t, c.head)
        v = qkv[..., turned * c.head:].view(b, t, c.kv_heads, c.head).transpose(1, 2).reshape(b * c.kv_heads, t, c.head)
        a = torch.baddbmm(bias, q, k.transpose(1, 2)).softmax(-1) @ v
        a = a.view(b, c.kv_heads, t, groups * c.head).transpose(1, 2).reshape(b, t, c.width)
        x = x + a @ self.o.weight.to(HALF).T
        h = Norm.apply(x, self.feed_norm)
        h = SwiGLU.apply(h @ torch.cat((self.gate.weight, self.up.weight)).to(HALF).T)
        return x + h @ self.down.weight.to(HALF).T


class Model(nn.Module):
    """`shared`: which parts rows of the embedding have in common while they are learnt (`shares` of parts.py); none without."""

    def __init__(self, c: Config, shared=None):
        super().__init__()
        self.c = c
        self.embedding = nn.Embedding(c.vocabulary, c.width)
        self.register_buffer("shared", shared, persistent=False)
        self.parts = nn.Parameter(torch.zeros(0 if shared is None else int(shared.max()), c.width))
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = nn.Parameter(torch.ones(c.width))
        nn.init.normal_(self.embedding.weight, std=0.02)
        angle = torch.outer(torch.arange(c.positions).float(), 1 / 10000 ** (torch.arange(0, c.head, 2) / c.head))
        self.register_buffer("cos", angle.cos().to(HALF), persistent=False)
        self.register_buffer("sin", angle.sin().to(HALF), persistent=False)

    def forward(self, ids, positions, mask):
        """ids, positions: (batch, time); mask: (batch, 1, time, time), true where attention is allowed. Gives hidden states
        (batch, time, width); `logits` turns those that matter into scores."""
        b, _, t, _ = mask.shape
        c, groups = self.c, self.c.heads // self.c.kv_heads
        bias = torch.zeros((b, 1, t, 1, t), dtype=HALF, device=ids.device).masked_fill_(~mask[:, :, :, None], -torch.inf)
        bias = bias.expand(b, c.kv_heads, t, groups, t).reshape(b * c.kv_heads, t * groups, t)
        cos, sin = self.cos[positions][:, :, None], self.sin[positions][:, :, None]
        x = F.embedding(ids, self.table())
        for block in self.blocks:
            x = block(x, cos, sin, bias)
        return Norm.apply(x, self.norm)

    def logits(self, hidden):
        return (hidden @ self.table().to(HALF).T).float()

    def table(self):
        """The embedding, (tokens, width)."""
        return joined(self.embedding.weight, self.shared, self.parts) if len(self.parts) else self.embedding.weight

    def fold(self):
        """Rows become what they are with their parts, and parts nothing."""
        with torch.no_grad():
            self.embedding.weight.copy_(self.table())
            self.parts.zero_()
