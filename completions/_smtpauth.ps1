
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'smtpauth' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'smtpauth'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'smtpauth' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('summary', 'summary', [CompletionResultType]::ParameterValue, 'The week at a glance: accounts, messages, TLS, login methods, what needs action')
            [CompletionResult]::new('volume', 'volume', [CompletionResultType]::ParameterValue, 'Sending volume per day and sender domain')
            [CompletionResult]::new('tls', 'tls', [CompletionResultType]::ParameterValue, 'TLS versions: of all messages, or per sender')
            [CompletionResult]::new('auth', 'auth', [CompletionResultType]::ParameterValue, 'Kinds of login (Basic, modern, integrated) and failed ones: of all messages, or per account')
            [CompletionResult]::new('ready', 'ready', [CompletionResultType]::ParameterValue, 'Who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'What was counted, as cells that can be merged, or message by message')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'What each file is, what it covers, what was skipped and why')
            [CompletionResult]::new('saved', 'saved', [CompletionResultType]::ParameterValue, 'What the settings file sets: defaults, and what --saved NAME stands for')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smtpauth;summary' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;volume' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What a row is; implies --details [default: sender]')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order of the rows; implies --details')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only rows with this: a condition on the columns of the data, such as "tls1_0_percent > 0 and messages >= 100"')
            [CompletionResult]::new('--min-messages', '--min-messages', [CompletionResultType]::ParameterName, 'Only rows with so many messages at least')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--details', '--details', [CompletionResultType]::ParameterName, 'The table behind the chart')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;tls' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What a row is; implies --details [default: sender]')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order of the rows; implies --details')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only rows with this: a condition on the columns of the data, such as "tls1_0_percent > 0 and messages >= 100"')
            [CompletionResult]::new('--min-messages', '--min-messages', [CompletionResultType]::ParameterName, 'Only rows with so many messages at least')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--details', '--details', [CompletionResultType]::ParameterName, 'The table behind the chart')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;auth' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'What a row is; implies --details [default: sender]')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Order of the rows; implies --details')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only rows with this: a condition on the columns of the data, such as "tls1_0_percent > 0 and messages >= 100"')
            [CompletionResult]::new('--min-messages', '--min-messages', [CompletionResultType]::ParameterName, 'Only rows with so many messages at least')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--details', '--details', [CompletionResultType]::ParameterName, 'The table behind the chart')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;ready' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Ask for this, of every server [default: tls1.2 of every server, modern of Exchange Online]')
            [CompletionResult]::new('--seen-within', '--seen-within', [CompletionResultType]::ParameterName, 'Leave out who was not seen in the last 30d, 8w and the like')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'What an earlier `ready --format json` wrote: rows are marked new, new client, as before or gone')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;export' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--rows', '--rows', [CompletionResultType]::ParameterName, 'What a row is')
            [CompletionResult]::new('--schema', '--schema', [CompletionResultType]::ParameterName, 'Names of columns of single messages [default: own]')
            [CompletionResult]::new('--where', '--where', [CompletionResultType]::ParameterName, 'Only rows with this: a condition on the columns of the data, such as "tls1_0_percent > 0 and messages >= 100"')
            [CompletionResult]::new('--min-messages', '--min-messages', [CompletionResultType]::ParameterName, 'Only rows with so many messages at least')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;inspect' {
            [CompletionResult]::new('--input-format', '--input-format', [CompletionResultType]::ParameterName, 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, smtp-auth-report, extended-trace, message-trace, message-trace-detail, sign-ins, csv, postfix, exim')
            [CompletionResult]::new('--log-timezone', '--log-timezone', [CompletionResultType]::ParameterName, 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand')
            [CompletionResult]::new('--log-year', '--log-year', [CompletionResultType]::ParameterName, 'Year in which each file without years in its stamps ends (a pipe: begins)')
            [CompletionResult]::new('--date-order', '--date-order', [CompletionResultType]::ParameterName, 'Order in dates such as 3/4/2026')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Which column of a table, or field of JSON, holds what: time=When,sender=From,tls=Proto')
            [CompletionResult]::new('--period', '--period', [CompletionResultType]::ParameterName, 'The days for which an export without days was made: report.csv=2026-11-09..2026-11-15')
            [CompletionResult]::new('--max-ratio', '--max-ratio', [CompletionResultType]::ParameterName, 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Settings file; an empty name for none [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Worker threads; the result is the same for any number')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End, the day included [default: the newest record]')
            [CompletionResult]::new('--as-of', '--as-of', [CompletionResultType]::ParameterName, 'What 7d and its like count back from: newest (record), now, or a date [default: newest]')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Zone of days and times shown: an IANA name, `local` or `UTC` [default: UTC]')
            [CompletionResult]::new('--sender', '--sender', [CompletionResultType]::ParameterName, 'Only these envelope senders; `<>` is the null sender. In filters, `*` stands for any text, a comma parts values, and an option may be given several times')
            [CompletionResult]::new('--login', '--login', [CompletionResultType]::ParameterName, 'Only these logins')
            [CompletionResult]::new('--client', '--client', [CompletionResultType]::ParameterName, 'Only these clients: addresses, networks (10.1.0.0/16, 2001:db8::/32), host or EHLO names')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Only these servers')
            [CompletionResult]::new('--domain', '--domain', [CompletionResultType]::ParameterName, 'Only senders of these domains')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Only these TLS versions: 1.0, 1.1, 1.2, 1.3, ssl3, encrypted, none, unknown')
            [CompletionResult]::new('--auth', '--auth', [CompletionResultType]::ParameterName, 'Only these kinds of login: basic, modern, integrated, other, unknown, or mechanisms such as PLAIN')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'The options that the settings file holds under this name, as far as they are not typed: see smtpauth saved')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Shape of the output [default: table, or by the ending of -o]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write to this file, whole or not at all')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours [default: auto]')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit code 1 for this [default: none; ready: stops,unknown]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'A line that is not understood is an error (exit code 2)')
            [CompletionResult]::new('--keep-duplicates', '--keep-duplicates', [CompletionResultType]::ParameterName, 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'No limit: all that the logs hold')
            [CompletionResult]::new('--csv-raw', '--csv-raw', [CompletionResultType]::ParameterName, 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a ''')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Nothing on standard error but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'smtpauth;saved' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The settings file [default: that of SMTPAUTH_CONFIG, else smtpauth/smtpauth.toml where the system keeps settings]')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'smtpauth;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'smtpauth;help' {
            [CompletionResult]::new('summary', 'summary', [CompletionResultType]::ParameterValue, 'The week at a glance: accounts, messages, TLS, login methods, what needs action')
            [CompletionResult]::new('volume', 'volume', [CompletionResultType]::ParameterValue, 'Sending volume per day and sender domain')
            [CompletionResult]::new('tls', 'tls', [CompletionResultType]::ParameterValue, 'TLS versions: of all messages, or per sender')
            [CompletionResult]::new('auth', 'auth', [CompletionResultType]::ParameterValue, 'Kinds of login (Basic, modern, integrated) and failed ones: of all messages, or per account')
            [CompletionResult]::new('ready', 'ready', [CompletionResultType]::ParameterValue, 'Who stops working when TLS 1.0 and 1.1, or Basic authentication, are switched off')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'What was counted, as cells that can be merged, or message by message')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'What each file is, what it covers, what was skipped and why')
            [CompletionResult]::new('saved', 'saved', [CompletionResultType]::ParameterValue, 'What the settings file sets: defaults, and what --saved NAME stands for')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'smtpauth;help;summary' {
            break
        }
        'smtpauth;help;volume' {
            break
        }
        'smtpauth;help;tls' {
            break
        }
        'smtpauth;help;auth' {
            break
        }
        'smtpauth;help;ready' {
            break
        }
        'smtpauth;help;export' {
            break
        }
        'smtpauth;help;inspect' {
            break
        }
        'smtpauth;help;saved' {
            break
        }
        'smtpauth;help;completions' {
            break
        }
        'smtpauth;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
