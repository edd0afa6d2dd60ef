/* score_values.c - values of dl-score's options; see score_values.h. */
#include "score_values.h"

#include <math.h>
#include <string.h>

#include <dltools/num.h>

/* Two digits at most: no number has more places than 99. */
static size_t
skip_digits(const char *p)
{
	size_t n = strspn(p, "0123456789");

	return n < 2 ? n : 2;
}

/* One conversion of a double, nothing else. */
int
score_set_ofmt(void *to, const char *name, const char *format, struct err *e)
{
	const char *p = format;

	(void)name;
	p += strcspn(p, "%");
	if (*p == '%') {
		p += 1 + strspn(p + 1, "-+ 0#");
		p += skip_digits(p);
		if (*p == '.')
			p += 1 + skip_digits(p + 1);
		if (*p && strchr("eEfFgGaA", *p) && !strchr(p, '%') &&
		    strlen(format) < 32) {
			*(const char **)to = format;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "'%s': must be one format of a number, "
		       "such as %%.4g", format);
}

int
score_set_threshold(void *to, const char *name, const char *value,
		    struct err *e)
{
	double *threshold = to;

	(void)name;
	*threshold = 0; /* the model's, which is that of the best F1 */
	if (!strcmp(value, "max-f1"))
		return 0;
	if (num_parse_real(value, 0, 1, threshold, e) < 0)
		return -1;
	if (*threshold == 0)
		*threshold = nextafter(0, 1); /* as good as zero */
	return 0;
}

int
score_set_delimiter(void *to, const char *name, const char *value,
		    struct err *e)
{
	(void)name;
	if (!strcmp(value, "tab"))
		value = "\t";
	if (!strcmp(value, "space"))
		value = " ";
	if (strlen(value) != 1)
		return err_set(e, ERR_USAGE, "'%s': must be one character, "
			       "tab or space", value);
	*(char *)to = *value;
	return 0;
}
