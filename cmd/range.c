/* range.c - `--rows A:B`; see range.h. */
#include "range.h"

#include <string.h>

#include <dltools/mem.h>
#include <dltools/num.h>

int
parse_rows(const char *text, int64_t *first, int64_t *last, struct err *e)
{
	const char *colon = strchr(text, ':');
	char *head = mem_memdup(text, colon ? (size_t)(colon - text)
					    : strlen(text), e);
	int64_t a = 1, b = INT64_MAX;
	int status = head ? 0 : -1;

	if (head && (*head || !colon))
		status = num_parse_int(head, 1, INT64_MAX, &a, e);
	if (status == 0 && colon && colon[1])
		status = num_parse_int(colon + 1, 1, INT64_MAX, &b, e);
	if (status < 0)
		err_prefix(e, "--rows");
	else if (colon && a > b)
		status = err_set(e, ERR_USAGE,
				 "--rows: '%s' runs backwards", text);
	*first = a - 1;
	*last = colon ? b : a;
	mem_free(head);
	return status;
}
