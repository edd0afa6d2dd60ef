/*
 * online_block.c - how many rows are trained at once: the most that is safe for
 * a net and its rule, and how blocks grow at the start.  Functions of net and
 * settings alone, so that runs can be repeated and resumed.
 */
#include "nn/online_int.h"

#define ROW_BLOCK 16
#define ROW_BLOCK_NUMBERS 4

/*
 * The rows at which blocks grow.  Steps are large at the start and stale ones
 * add up, the more the deeper the net: with 16 rows at once from row 512 on,
 * 2500,2000,1500,1000,500 Rectifier diverges and 1024,1024,1024 fails to start
 * (0.89) for one seed in six; with the middle ramp the latter is safe and the
 * former fails for one seed in three; with the slow one neither fails, and the
 * errors after 6,000 rows are those of B = 1.  With max_w2 the large net wants
 * the slowest: 0.16 after 3,000 rows (mean of four seeds; 0.16 with B = 1)
 * beside 0.39 with the slow one, where one seed does not start.  Nets of one or
 * two layers, small nets of three and bounded activations are as good with the
 * fast one; with four layers of 200 on 28 columns of noise and signal it left
 * one seed in forty at the base rate, the middle one none.
 */
enum { RAMP_FAST, RAMP_MIDDLE, RAMP_SLOW, RAMP_SLOWEST };

static const struct stage {
	int64_t until;
	size_t block;
} ramps[][4] = {
	[RAMP_FAST] = { { 64, 1 }, { 128, 2 }, { 256, 4 }, { 512, 8 } },
	[RAMP_MIDDLE] = { { 128, 1 }, { 256, 2 }, { 1024, 4 }, { 2048, 8 } },
	[RAMP_SLOW] = { { 256, 1 }, { 512, 2 }, { 1024, 4 }, { 2048, 8 } },
	[RAMP_SLOWEST] = { { 512, 1 }, { 1024, 2 }, { 2048, 4 }, { 4096, 8 } },
};

#define STAGES (sizeof(ramps[0]) / sizeof(ramps[0][0]))

static size_t
all_units(const struct net *net)
{
	size_t units = 0;

	for (size_t l = 0; l < net->shape.layers; l++)
		units += net->units[l];
	return units;
}

size_t
online_ramp(const struct net *net, size_t block)
{
	const struct net_rule *rule = &net->rule;
	size_t units = all_units(net), layers = net->shape.layers;

	if (rule->optimizer == OPTIMIZER_SGD && block <= 4)
		return RAMP_FAST; /* steps are not larger at the start */
	if (rule->optimizer == OPTIMIZER_ADADELTA &&
	    rule->epsilon / (1 - rule->rho) > 4e-6)
		return RAMP_SLOW; /* first steps above 2e-3 */
	if (layers <= 2 || (layers == 3 && units <= 1024) ||
	    net->shape.activation == ACTIVATION_TANH)
		return RAMP_FAST;
	if (units <= 1024 || (layers == 3 && units <= 3072))
		return RAMP_MIDDLE;
	return units <= 4096 ? RAMP_SLOW : RAMP_SLOWEST;
}

/*
 * Units of the hidden layers, by what of their feedback dropout leaves: a row
 * moves the net inputs of a unit by rate |x|^2, which grows with the units
 * below, and so do all layers above.
 */
static double
active_units(const struct net *net)
{
	double units = 0;

	for (size_t l = 0; l < net->shape.layers; l++) {
		double kept = 1 - net->dropout[l];

		units += kept * kept * (double)net->units[l];
	}
	return units;
}

/* Two units for one, of which the larger counts. */
static size_t
stable_maxout(const struct net *net)
{
	size_t layers = net->shape.layers;
	double units = active_units(net);

	if (net->rule.optimizer == OPTIMIZER_ADADELTA)
		return layers > 2 && units > 1600 ? 2 : ROW_BLOCK;
	return net->rule.rate * units * (double)layers < 12 ? 4 : 2;
}

/*
 * Where activations are not bounded nothing holds the steps of stale errors
 * back.  What follows is from MNIST (6,000 to 12,000 rows, two or three seeds,
 * rates 0.005 to 0.05; `back` is rate * units * (layers - 1)):
 *
 * - Rectifier nets of two to four layers that train row by row diverge with
 *   blocks of 16 at back = 8 (200,200, rate 0.02), with 8 at 24
 *   (100,100,100,100, 0.02), and are as good as row by row up to 6 and 20; with
 *   4 they are up to 150 (2500,2000,1500,1000,500, 0.005), with 2 where
 *   rate * units is 61 (1024,1024,1024, 0.02).
 * - Maxout diverges with 8 in 512,512, with 16 in 64 (0.02; less was not tried)
 *   and with 4 in 1024,1024 (0.005); by ADADELTA with 4 in 1024,1024,1024, but
 *   not in 512,512,512, 2048,2048 nor with dropout.
 * - Tanh is as good with 16 at all rates, all others by ADADELTA.
 */
static size_t
stable_block(const struct net *net)
{
	size_t layers = net->shape.layers;
	double units = net->rule.rate * active_units(net);
	double back = units * ((double)layers - 1);

	if (layers == 0)
		return ROW_BLOCK;
	if (net->shape.activation == ACTIVATION_MAXOUT)
		return stable_maxout(net);
	if (net->rule.optimizer == OPTIMIZER_ADADELTA || layers == 1 ||
	    net->shape.activation == ACTIVATION_TANH || back <= 6)
		return ROW_BLOCK;
	return units > 50 ? 2 : back <= 20 ? 8 : 4;
}

/*
 * Errors of a number are not bounded as those of classes are, and those of an
 * absolute loss never get small, so stale ones do harm: with blocks of 16 the
 * deviance of a gamma model of diamonds is 20 % above that of B = 1 and the
 * mean absolute error of a laplace model 8 % (50,50 Tanh, eight seeds); with 4
 * neither differs from B = 1.  Classifiers are as good with 16.
 */
size_t
online_most(const struct net *net)
{
	const struct net_shape *s = &net->shape;
	size_t most = stable_block(net);

	if (s->classification || s->autoencoder || most < ROW_BLOCK_NUMBERS)
		return most;
	return ROW_BLOCK_NUMBERS;
}

size_t
online_block(const struct online *o, int64_t position)
{
	const struct stage *stages = ramps[o->ramp];
	size_t i = 0;

	while (i < STAGES && position >= stages[i].until)
		i++;
	if (i < STAGES && stages[i].block < o->block)
		return stages[i].block;
	return o->block;
}

int64_t
online_block_end(const struct online *o, int64_t position)
{
	const struct stage *stages = ramps[o->ramp];
	int64_t from = 0, n;
	size_t i = 0;

	if (position <= 0)
		return 0;
	while (i < STAGES && position > stages[i].until)
		from = stages[i++].until;
	n = (int64_t)online_block(o, position - 1);
	n = from + (position - from + n - 1) / n * n;
	return i < STAGES && n > stages[i].until ? stages[i].until : n;
}
