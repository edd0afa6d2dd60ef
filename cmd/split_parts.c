/* split_parts.c - shares and files of dl-split; see split_parts.h. */
#include "split_parts.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/str.h>

#include "outputs.h"

typedef int add_item(struct parts *p, const char *item, struct err *e);

/* Calls `add` for every item of a list separated by commas. */
static int
each(struct parts *p, const char *list, add_item *add, struct err *e)
{
	int status = 0;

	while (list && status == 0) {
		const char *comma = strchr(list, ',');
		char *item = mem_memdup(list, comma ? (size_t)(comma - list)
						    : strlen(list), e);

		status = item ? add(p, item, e) : -1;
		mem_free(item);
		list = comma ? comma + 1 : NULL;
	}
	return status;
}

static int
add_share(struct parts *p, const char *item, struct err *e)
{
	if (p->shares == SPLIT_MAX)
		return err_set(e, ERR_USAGE, "--ratios: at most %d parts",
			       SPLIT_MAX);
	if (num_parse_real(item, 0, 1e15, &p->share[p->shares], e) < 0)
		return err_prefix(e, "--ratios");
	if (!(p->share[p->shares++] > 0))
		return err_set(e, ERR_USAGE, "--ratios: '%s' must be > 0",
			       item);
	return 0;
}

static int
add_path(struct parts *p, const char *item, struct err *e)
{
	if (!*item)
		return err_set(e, ERR_USAGE, "-o: a file name is empty");
	if (p->paths == SPLIT_MAX)
		return err_set(e, ERR_USAGE, "-o: at most %d parts",
			       SPLIT_MAX);
	for (size_t i = 0; i < p->paths; i++)
		if (output_is_same(p->path[i], item))
			return err_set(e, ERR_USAGE, "-o: '%s' is named twice",
				       item);
	p->path[p->paths] = mem_strdup(item, e);
	return p->path[p->paths++] ? 0 : -1;
}

static bool
are_whole(const struct parts *p)
{
	for (size_t i = 0; i < p->shares; i++)
		if (p->share[i] != floor(p->share[i]))
			return false;
	return true;
}

int
parts_add_paths(struct parts *p, const char *list, struct err *e)
{
	return each(p, list, add_path, e);
}

static int
name_parts(struct parts *p, const char *prefix, struct err *e)
{
	struct str s = STR_INIT;
	int status = 0;

	for (size_t i = 1; status == 0 && i <= p->shares; i++) {
		str_reset(&s);
		str_addf(&s, "%s-%zu.dlf", prefix, i);
		status = str_check(&s, e) < 0 ? -1 : add_path(p, s.buf, e);
	}
	str_release(&s);
	return status;
}

/* To the sum 1: 0.8,0.2 and 8,2 and 0.8 with two files. */
static int
settle_shares(struct parts *p, const char *text, struct err *e)
{
	double sum = 0;

	for (size_t i = 0; i < p->shares; i++)
		sum += p->share[i];
	if (sum < 1 - 1e-9 && p->paths == p->shares + 1) {
		p->share[p->shares++] = 1 - sum;
		return 0;
	}
	if (fabs(sum - 1) > 1e-9 && !are_whole(p))
		return err_set(e, ERR_USAGE, "--ratios %s: the shares sum to "
			       "%g, not to 1", text, sum);
	for (size_t i = 0; i < p->shares; i++)
		p->share[i] /= sum;
	return 0;
}

int
parts_settle(struct parts *p, const char *shares, const char *prefix,
	     struct err *e)
{
	if (each(p, shares, add_share, e) < 0 ||
	    settle_shares(p, shares, e) < 0 ||
	    (prefix && name_parts(p, prefix, e) < 0))
		return -1;
	if (p->paths != p->shares)
		return err_set(e, ERR_USAGE, "%zu share%s, but %zu file%s",
			       p->shares, p->shares == 1 ? "" : "s",
			       p->paths, p->paths == 1 ? "" : "s");
	return 0;
}

void
parts_release(struct parts *p)
{
	for (size_t i = 0; i < p->paths; i++)
		mem_free(p->path[i]);
	p->paths = 0;
}
