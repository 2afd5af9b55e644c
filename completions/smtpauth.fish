# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_smtpauth_global_optspecs
    string join \n input-format= log-timezone= log-year= date-order= columns= period= strict keep-duplicates max-ratio= config= j/threads= since= until= all as-of= timezone= sender= login= client= server= domain= tls= auth= saved= where= min-messages= format= o/output= csv-raw color= width= fail-on= q/quiet h/help V/version
end

function __fish_smtpauth_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_smtpauth_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_smtpauth_using_subcommand
    set -l cmd (__fish_smtpauth_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c smtpauth -n "__fish_smtpauth_needs_command" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l sender -d 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l client -d 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l tls -d 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l auth -d 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l saved -d 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l where -d 'Only rows with this: a condition on the columns of the data, such as "tls1_0_percent > 0 and messages >= 100"' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_needs_command" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l fail-on -d 'Exit code 1 for this [default: none; ready: stops,unknown]' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_needs_command" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -s V -l version -d 'Print version'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "summary" -d 'The week at a glance: accounts, messages, TLS, login methods, what needs action'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "volume" -d 'Sending volume per day and sender domain'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "tls" -d 'TLS versions: of all messages, or per sender'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "auth" -d 'Kinds of login (Basic, modern, integrated), and failed ones'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "sender" -d 'Everything about one sender, login, client, network or name'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "show" -d 'Everything about one sender, login, client, network or name'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "ready" -d 'Who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "unusual" -d 'Accounts that do not behave as they used to'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "report" -d 'The detailed report, as one HTML file, or mailed'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "export" -d 'What was counted, as cells that can be merged, or message by message'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "saved" -d 'What the settings file sets: defaults, and what --saved NAME stands for'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "inspect" -d 'What each file is, what it covers, what was skipped and why'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "completions" -d 'Print the completion script of a shell'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "man" -d 'Print the manual page, or write those of all commands'
complete -c smtpauth -n "__fish_smtpauth_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l where -d 'Only rows with this, such as "tls1_0 > 0"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand summary" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l interval -d 'Length of the periods' -r -f -a "hour\t'Hours'
day\t'Days'
week\t'Weeks from Monday'
month\t'Months'
auto\t'Hours of up to 2 days, days of up to 2 months, weeks of up to a year, else months'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l by -d 'What a row is' -r -f -a "account\t'Login, else envelope sender'
sender\t'Envelope sender'
login\t'Login'
client\t'Client address'
domain\t'Domain of the sender'
server\t'Server'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l sort -d 'Order of the rows' -r -f -a "tls\t'Oldest TLS versions first, then most messages'
auth\t'Most Basic logins first, then most messages'
messages\t'Most messages first'
name\t'By name'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l where -d 'Only rows with this, such as "messages >= 100"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l details -d 'The table behind the chart'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand volume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l interval -d 'Length of the periods' -r -f -a "hour\t'Hours'
day\t'Days'
week\t'Weeks from Monday'
month\t'Months'
auto\t'Hours of up to 2 days, days of up to 2 months, weeks of up to a year, else months'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l by -d 'What a row is' -r -f -a "account\t'Login, else envelope sender'
sender\t'Envelope sender'
login\t'Login'
client\t'Client address'
domain\t'Domain of the sender'
server\t'Server'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l sort -d 'Order of the rows' -r -f -a "tls\t'Oldest TLS versions first, then most messages'
auth\t'Most Basic logins first, then most messages'
messages\t'Most messages first'
name\t'By name'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l where -d 'Only rows with this, such as "tls1_0 > 0"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l details -d 'The table behind the chart'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand tls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l interval -d 'Length of the periods' -r -f -a "hour\t'Hours'
day\t'Days'
week\t'Weeks from Monday'
month\t'Months'
auto\t'Hours of up to 2 days, days of up to 2 months, weeks of up to a year, else months'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l by -d 'What a row is' -r -f -a "account\t'Login, else envelope sender'
sender\t'Envelope sender'
login\t'Login'
client\t'Client address'
domain\t'Domain of the sender'
server\t'Server'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l sort -d 'Order of the rows' -r -f -a "tls\t'Oldest TLS versions first, then most messages'
auth\t'Most Basic logins first, then most messages'
messages\t'Most messages first'
name\t'By name'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l where -d 'Only rows with this, such as "basic > 0 and messages >= 100"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l details -d 'The table behind the chart'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand auth" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: all that the logs hold]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l interval -d 'Length of the periods' -r -f -a "hour\t'Hours'
day\t'Days'
week\t'Weeks from Monday'
month\t'Months'
auto\t'Hours of up to 2 days, days of up to 2 months, weeks of up to a year, else months'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l where -d 'Only rows with this, such as "tls is 1.0"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand sender" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: all that the logs hold]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l interval -d 'Length of the periods' -r -f -a "hour\t'Hours'
day\t'Days'
week\t'Weeks from Monday'
month\t'Months'
auto\t'Hours of up to 2 days, days of up to 2 months, weeks of up to a year, else months'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l where -d 'Only rows with this, such as "tls is 1.0"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l for -d 'Ask for this, of every server [default: tls1.2 of every server, modern of Exchange Online]' -r -f -a "tls1.2\t'TLS 1.0 and 1.1: TLS 1.2 is needed'
modern\t'Basic authentication: modern authentication (OAuth) is needed'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l seen-within -d 'Leave out who was not seen in the last 30d, 8w and the like' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l baseline -d 'What an earlier ready --format json wrote' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: all that the logs hold]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l where -d 'Only rows with this, such as "last_seen >= 2026-11-01"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand ready" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l sensitivity -d 'False alarms in 1,000 days of accounts [default: 1]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l allow -d 'A TOML file of logins that may do what they do' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l top -d 'So many rows, the others in one; 0 for all' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l where -d 'Only rows with this, such as "messages >= 100"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l scores -d 'Every day of every account, alarm or not, as CSV'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand unusual" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l embed -d 'How many days the page holds: 30d, 8w, all [default: 90d]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l allow -d 'A TOML file of logins that may do what they do' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l mail-to -d 'Mail the report to these addresses' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l mail-from -d 'Who sends it: noc@contoso.com, or Mail team <noc@contoso.com>' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l subject -d 'Its subject [default: the numbers of accounts, of those who stop, and the days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l attach -d 'What is attached [default: html,csv; over 7 MB without the page]' -r -f -a "html\t'The page'
csv\t'The table of senders'
none\t'Nothing'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l only-if -d 'Mail only if somebody stops, is unusual, or is new' -r -f -a "stops\t'Somebody stops when TLS 1.0 and 1.1 are switched off'
unusual\t'Somebody does not behave as he used to'
new\t'Somebody stops, or cannot be told, who is not in the baseline'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l baseline -d 'What an earlier ready --format json wrote' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l smtp-url -d 'The mail server: smtp://HOST (STARTTLS) or smtps://HOST' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l smtp-user -d 'As whom to log in; the password is never an argument' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l smtp-auth -d 'How to log in [default: plain or login, as the server offers; with --token-command: xoauth2]' -r -f -a "plain\t'User name and password in one'
login\t'User name and password one after the other'
xoauth2\t'A token of Entra ID or Google'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l password-file -d 'The password is the first line of this file' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l password-command -d 'The password is the first line that this command prints' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l token-command -d 'The token for xoauth2 is the first line that this command prints' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l smtp-ca -d 'Certificates (PEM) that are trusted beside those of the system' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l smtp-timeout -d 'How long to wait for a connection and for each reply; the whole may take ten times as long [default: 60]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l sendmail -d 'Hand it to the mail program of this machine instead of a mail server [default: /usr/sbin/sendmail]' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l eml -d 'Write the message to this file instead (`-` is standard output)' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l rows -d 'What a row is' -r -f -a "cells\t'One per day, server, sender, login, client, TLS and mechanism: mergeable'
messages\t'One per message'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l schema -d 'Names of columns of single messages [default: own]' -r -f -a "own\t'Those of the other views'
ecs\t'Elastic Common Schema'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l where -d 'Only rows with this, such as "mechanism is PLAIN"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand saved" -l config -d 'The settings file [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand saved" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l input-format -d 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l log-timezone -d 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l log-year -d 'Year in which each file without years in its stamps ends (a pipe: begins)' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l date-order -d 'Order in dates such as 3/4/2026' -r -f -a "dmy\t'Day, month, year'
mdy\t'Month, day, year'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l columns -d 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l period -d 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l max-ratio -d 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l config -d 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -s j -l threads -d 'Worker threads; the result is the same for any number' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l since -d 'Start: 2026-11-01, yesterday, 30d, 12h [default: the last 7 days]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l until -d 'End, the day included [default: the newest record]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l as-of -d 'What 7d and its like count back from: newest (record), now, or a date [default: newest]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l timezone -d 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l sender -d 'Only these envelope senders; `*` stands for any text' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l login -d 'Only these logins' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l client -d 'Only these addresses, networks (10.1.0.0/16) or names' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l server -d 'Only these servers' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l domain -d 'Only senders of these domains' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l tls -d 'Only these versions: 1.0, 1.1, 1.2, 1.3, none, unknown...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l auth -d 'Only these kinds of login: basic, modern, PLAIN...' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l saved -d 'What the settings file holds under this name' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l where -d 'Only rows with this, such as "skipped > 0"' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l min-messages -d 'Only rows with so many messages at least' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l format -d 'Shape of the output' -r -f -a "table\t'For people'
csv\t'Comma-separated, with a header'
json\t'One object'
ndjson\t'One row per line'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -s o -l output -d 'Write to this file, whole or not at all' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l color -d 'Colours [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l width -d 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit' -r
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l fail-on -d 'Exit code 1 for this' -r -f -a "stops\t'Somebody uses what is switched off'
unknown\t'Of somebody it cannot be told'
unusual\t'Somebody does not behave as he used to (smtpauth unusual)'
empty\t'Nothing was counted'
new\t'Somebody stops, or cannot be told, who did not before (with --baseline)'"
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l strict -d 'A line that is not understood is an error (exit code 2)'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l keep-duplicates -d 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l all -d 'No limit: all that the logs hold'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -l csv-raw -d 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a \''
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -s q -l quiet -d 'Nothing on standard error but errors'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand man" -l dir -d 'Write smtpauth.1, smtpauth-tls.1 and so on into this directory' -r -F
complete -c smtpauth -n "__fish_smtpauth_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "summary" -d 'The week at a glance: accounts, messages, TLS, login methods, what needs action'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "volume" -d 'Sending volume per day and sender domain'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "tls" -d 'TLS versions: of all messages, or per sender'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "auth" -d 'Kinds of login (Basic, modern, integrated), and failed ones'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "sender" -d 'Everything about one sender, login, client, network or name'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "ready" -d 'Who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "unusual" -d 'Accounts that do not behave as they used to'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "report" -d 'The detailed report, as one HTML file, or mailed'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "export" -d 'What was counted, as cells that can be merged, or message by message'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "saved" -d 'What the settings file sets: defaults, and what --saved NAME stands for'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "inspect" -d 'What each file is, what it covers, what was skipped and why'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "man" -d 'Print the manual page, or write those of all commands'
complete -c smtpauth -n "__fish_smtpauth_using_subcommand help; and not __fish_seen_subcommand_from summary volume tls auth sender ready unusual report export saved inspect completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
