/*
 * gemm_ref.c - matrix products as three plain loops: specification and oracle.
 */
#include <math.h>
#include <string.h>

#include "kern/gemm.h"
#include "kern/skip.h"

static float
start(const struct gemm *g, size_t i, size_t j)
{
	if (g->bias != NULL)
		return g->bias[i];
	return g->add ? g->c[i * g->c_row + j] : 0;
}

void
gemm_f32_ref(const struct gemm *g)
{
	const float *a = g->a, *b = g->b;

	for (size_t i = 0; i < g->m; i++)
		for (size_t j = 0; j < g->n; j++) {
			float s = start(g, i, j);

			for (size_t k = 0; k < g->terms; k++)
				s = fmaf(a[i * g->a_row + k * g->a_term],
					 b[k * g->b_term + j], s);
			g->c[i * g->c_row + j] = s;
		}
}

static float
half_as_float(uint32_t pair, int odd)
{
	uint32_t bits = odd ? pair & 0xffff0000u : pair << 16;
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}

void
gemm_bf16_ref(const struct gemm *g)
{
	const uint32_t *a = g->a, *b = g->b;

	for (size_t i = 0; i < g->m; i++)
		for (size_t j = 0; j < g->n; j++) {
			float s = start(g, i, j);

			for (size_t k = 0; k < g->terms; k++) {
				uint32_t x = a[i * g->a_row + k * g->a_term];
				uint32_t y = b[k * g->b_term + j];

				s = fmaf(half_as_float(x, 1),
					 half_as_float(y, 1), s);
				s = fmaf(half_as_float(x, 0),
					 half_as_float(y, 0), s);
			}
			g->c[i * g->c_row + j] = s;
		}
}

void
gemm_skip_ref(const struct skip *s)
{
	for (size_t i = 0; i < s->m; i++)
		for (size_t j = 0; j < s->n; j++) {
			const struct skip_row *row = &s->row[i];
			float *c = s->c + i * s->c_row + j;
			float sum = s->start != NULL ? s->start[j] :
				    s->add ? *c : 0;

			for (size_t e = 0; e < row->count; e++)
				sum = fmaf(row->value[e],
					   s->b[row->index[e] * s->b_term + j],
					   sum);
			*c = sum;
		}
}
