/*
 * math_body.c - exp, tanh over arrays and softmax of a row.
 */
#include "kern/kern_int.h"
#include "kern/vec_math.h"

#define MAP(name, f) \
void \
KERN_NAME(name)(float *y, const float *x, size_t n) \
{ \
	size_t i = 0; \
 \
	for (; i + VL <= n; i += VL) \
		vf_store(y + i, f(vf_load(x + i))); \
	if (i < n) \
		vf_store_n(y + i, f(vf_load_n(x + i, n - i)), n - i); \
}

MAP(vec_exp, vf_exp)
MAP(vec_tanh, vf_tanh)

static float
largest(const float *x, size_t n)
{
	float m = x[0];

	for (size_t i = 1; i < n; i++)
		if (x[i] > m)
			m = x[i];
	return m;
}

/* Element i of the row goes to partial sum i % 16. */
static float
sum(const float *x, size_t n)
{
	struct vsum s = { 0 };
	size_t i = 0, j = 0;

	for (; i + VL <= n; i += VL) {
		s.v[j] = s.v[j] + vf_load(x + i);
		j = (j + 1) % VSUM_VECTORS;
	}
	if (i < n)
		s.v[j] = s.v[j] + vf_load_n(x + i, n - i);
	return vsum_fold(&s);
}

void
KERN_NAME(vec_softmax)(float *x, size_t n)
{
	float m = largest(x, n), total;

	for (size_t i = 0; i < n; i++)
		x[i] -= m;
	KERN_NAME(vec_exp)(x, x, n);
	total = sum(x, n);
	for (size_t i = 0; i < n; i++)
		x[i] /= total;
}
