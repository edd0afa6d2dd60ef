# synthetic.awk - a made-up table of the shape of the UCI HIGGS file: the class
# (1 or 0) first, then 28 numbers, of which the last 7 are made from the others.
# It is no physics: a stand-in for trying things at any size.
# usage: awk -v rows=11000000 -v seed=1 -f synthetic.awk
# With -v truth=1 a last column holds the probability of class 1 that the class
# was drawn by: no model can rank better than it does.
# The same numbers on every awk: the generator is its own (Park and Miller 1988,
# multiplier 48271).

function uniform()
{
	state = (state * 48271) % 2147483647
	return state / 2147483647
}

# Two normal numbers at once: Box and Muller (1958).
function normal(   r, angle)
{
	if (spare_set) {
		spare_set = 0
		return spare
	}
	r = sqrt(-2 * log(uniform()))
	angle = 6.283185307179586 * uniform()
	spare = r * sin(angle)
	spare_set = 1
	return r * cos(angle)
}

function size(a, b, c)
{
	return sqrt(a * a + b * b + c * c)
}

BEGIN {
	state = seed * 7919 % 2147483646 + 1
	for (i = 0; i < 20; i++)
		uniform()
	for (row = 0; row < rows; row++) {
		for (i = 1; i <= 21; i++)
			x[i] = normal()
		x[22] = size(x[1], x[2], x[3])
		x[23] = size(x[4], x[5], x[6])
		x[24] = size(x[1] + x[4], x[2] + x[5], x[3] + x[6])
		x[25] = size(x[7], x[8], x[9])
		x[26] = size(x[7] - x[1], x[8] - x[2], x[9] - x[3])
		x[27] = exp(0.5 * x[10]) * x[22]
		x[28] = exp(0.5 * x[11]) * x[25]
		f = 1.6 * (x[24] - 2.3) - 1.5 * (x[26] - 2.3)
		f += 1.2 * sin(2 * x[12]) * x[13] + 0.9 * x[14] * x[15]
		f += 0.6 * (x[16] > 0 ? x[17] : -x[18])
		f += 0.4 * x[19] - 0.3 * x[20] * x[20] + 0.3
		p = 1 / (1 + exp(-f))
		printf "%d", uniform() < p
		for (i = 1; i <= 28; i++)
			printf ",%.5g", x[i]
		if (truth)
			printf ",%.5g", p
		printf "\n"
	}
}
