# synthetic.awk - a made-up table of the shape of the UCI HIGGS file: the class
# (1 or 0) first, then 28 numbers, of which the last 7 are made from the others.
# It is no physics: a stand-in for trying things at any size.
# usage: awk -v rows=11000000 -v seed=1 -f synthetic.awk
# Several processes can share the work: with -v first=I -v step=N one makes the
# rows I, I + N, I + 2 N... of the same table, whatever N is.
# With -v truth=1 a last column holds the probability of class 1 that the class
# was drawn by: no model can rank better than it does.
# The same numbers on every awk: the generator is its own (Park and Miller 1988,
# multiplier 48271), and each row takes DRAWS of its numbers.

# a b modulo M, all below 2^31, without a product beyond 2^53
function times(a, b,   high)
{
	high = int(b / 65536)
	return (a * high % M * 65536 + a * (b - high * 65536)) % M
}

# Where the generator is after n numbers.
function skip(state, n,   factor)
{
	for (factor = 48271; n > 0; n = int(n / 2)) {
		if (n % 2)
			state = times(state, factor)
		factor = times(factor, factor)
	}
	return state
}

function size(a, b, c)
{
	return sqrt(a * a + b * b + c * c)
}

BEGIN {
	M = 2147483647
	DRAWS = 23
	first = first ? first : 1
	step = step ? step : 1
	state = skip(seed * 7919 % (M - 1) + 1, 20 + (first - 1) * DRAWS)
	over = skip(1, (step - 1) * DRAWS) # the rows of the others
	form = "%d"
	for (i = 1; i <= 28; i++)
		form = form ",%.3f"
	form = form (truth ? ",%.5g\n" : "\n")
	for (row = first; row <= rows; row += step) {
		# two normal numbers at once: Box and Muller (1958)
		for (i = 1; i <= 21; i += 2) {
			state = state * 48271 % M
			r = sqrt(-2 * log(state / M))
			state = state * 48271 % M
			angle = 6.283185307179586 * state / M
			x[i] = r * cos(angle)
			x[i + 1] = r * sin(angle)
		}
		state = state * 48271 % M
		x22 = size(x[1], x[2], x[3])
		x24 = size(x[1] + x[4], x[2] + x[5], x[3] + x[6])
		x25 = size(x[7], x[8], x[9])
		x26 = size(x[7] - x[1], x[8] - x[2], x[9] - x[3])
		f = 1.6 * (x24 - 2.3) - 1.5 * (x26 - 2.3)
		f += 1.2 * sin(2 * x[12]) * x[13] + 0.9 * x[14] * x[15]
		f += 0.6 * (x[16] > 0 ? x[17] : -x[18])
		f += 0.4 * x[19] - 0.3 * x[20] * x[20] + 0.3
		p = 1 / (1 + exp(-f))
		printf form, state < p * M, x[1], x[2], x[3], x[4], x[5],
			x[6], x[7], x[8], x[9], x[10], x[11], x[12], x[13],
			x[14], x[15], x[16], x[17], x[18], x[19], x[20],
			x[21], x22, size(x[4], x[5], x[6]), x24, x25, x26,
			exp(0.5 * x[10]) * x22, exp(0.5 * x[11]) * x25, p
		if (step > 1)
			state = times(state, over)
	}
}
