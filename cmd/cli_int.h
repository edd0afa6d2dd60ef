/* cli_int.h - what the files of cli share. */
#ifndef CMD_CLI_INT_H
#define CMD_CLI_INT_H

#include "cli.h"

/* Does the option take a value? */
bool cli_has_value(const struct cli_option *o);

void cli_short_help(const struct cli *c, FILE *f);
void cli_full_help(const struct cli *c);
void cli_version(const struct cli *c);
void cli_dump(const struct cli *c);

/* ERR_USAGE for a variable of ours that is set to nonsense. */
int cli_check_environment(struct err *e) MUST_USE;

#endif
