
use builtin;
use str;

set edit:completion:arg-completer[smtpauth] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'smtpauth'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'smtpauth'= {
            cand --input-format 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, csv, postfix, exim'
            cand --log-timezone 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand'
            cand --log-year 'Year in which each file without years in its stamps ends (a pipe: begins)'
            cand --date-order 'Order in dates such as 3/4/2026'
            cand --max-ratio 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]'
            cand -j 'Worker threads; the result is the same for any number'
            cand --threads 'Worker threads; the result is the same for any number'
            cand --since 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]'
            cand --until 'End, the day included [default: the newest record]'
            cand --as-of 'What 7d and its like count back from: newest (record), now, or a date'
            cand --timezone 'Zone of days and times shown: an IANA name, `local` or `UTC`'
            cand --domain 'Only senders of this domain; `*` stands for any text'
            cand --format 'Shape of the output [default: table, or by the ending of -o]'
            cand -o 'Write to this file, whole or not at all'
            cand --output 'Write to this file, whole or not at all'
            cand --color 'Colours'
            cand --width 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit'
            cand --strict 'A line that is not understood is an error (exit code 2)'
            cand --keep-duplicates 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
            cand --all 'No limit: all that the logs hold'
            cand --csv-raw 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '''
            cand -q 'Nothing on standard error but errors'
            cand --quiet 'Nothing on standard error but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand summary 'The week at a glance: accounts, messages, TLS, login methods, what needs action'
            cand volume 'Sending volume per day and sender domain'
            cand tls 'TLS versions: of all messages, or per sender'
            cand export 'What was counted, as cells that can be merged, or message by message'
            cand inspect 'What each file is, what it covers, what was skipped and why'
            cand completions 'Print the completion script of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'smtpauth;summary'= {
            cand --input-format 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, csv, postfix, exim'
            cand --log-timezone 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand'
            cand --log-year 'Year in which each file without years in its stamps ends (a pipe: begins)'
            cand --date-order 'Order in dates such as 3/4/2026'
            cand --max-ratio 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]'
            cand -j 'Worker threads; the result is the same for any number'
            cand --threads 'Worker threads; the result is the same for any number'
            cand --since 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]'
            cand --until 'End, the day included [default: the newest record]'
            cand --as-of 'What 7d and its like count back from: newest (record), now, or a date'
            cand --timezone 'Zone of days and times shown: an IANA name, `local` or `UTC`'
            cand --domain 'Only senders of this domain; `*` stands for any text'
            cand --format 'Shape of the output [default: table, or by the ending of -o]'
            cand -o 'Write to this file, whole or not at all'
            cand --output 'Write to this file, whole or not at all'
            cand --color 'Colours'
            cand --width 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit'
            cand --strict 'A line that is not understood is an error (exit code 2)'
            cand --keep-duplicates 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
            cand --all 'No limit: all that the logs hold'
            cand --csv-raw 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '''
            cand -q 'Nothing on standard error but errors'
            cand --quiet 'Nothing on standard error but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'smtpauth;volume'= {
            cand --input-format 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, csv, postfix, exim'
            cand --log-timezone 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand'
            cand --log-year 'Year in which each file without years in its stamps ends (a pipe: begins)'
            cand --date-order 'Order in dates such as 3/4/2026'
            cand --max-ratio 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]'
            cand -j 'Worker threads; the result is the same for any number'
            cand --threads 'Worker threads; the result is the same for any number'
            cand --since 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]'
            cand --until 'End, the day included [default: the newest record]'
            cand --as-of 'What 7d and its like count back from: newest (record), now, or a date'
            cand --timezone 'Zone of days and times shown: an IANA name, `local` or `UTC`'
            cand --domain 'Only senders of this domain; `*` stands for any text'
            cand --by 'What a row is; implies --details [default: sender]'
            cand --sort 'Order of the rows; implies --details'
            cand --top 'So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]'
            cand --format 'Shape of the output [default: table, or by the ending of -o]'
            cand -o 'Write to this file, whole or not at all'
            cand --output 'Write to this file, whole or not at all'
            cand --color 'Colours'
            cand --width 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit'
            cand --strict 'A line that is not understood is an error (exit code 2)'
            cand --keep-duplicates 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
            cand --all 'No limit: all that the logs hold'
            cand --details 'The table behind the chart'
            cand --csv-raw 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '''
            cand -q 'Nothing on standard error but errors'
            cand --quiet 'Nothing on standard error but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'smtpauth;tls'= {
            cand --input-format 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, csv, postfix, exim'
            cand --log-timezone 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand'
            cand --log-year 'Year in which each file without years in its stamps ends (a pipe: begins)'
            cand --date-order 'Order in dates such as 3/4/2026'
            cand --max-ratio 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]'
            cand -j 'Worker threads; the result is the same for any number'
            cand --threads 'Worker threads; the result is the same for any number'
            cand --since 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]'
            cand --until 'End, the day included [default: the newest record]'
            cand --as-of 'What 7d and its like count back from: newest (record), now, or a date'
            cand --timezone 'Zone of days and times shown: an IANA name, `local` or `UTC`'
            cand --domain 'Only senders of this domain; `*` stands for any text'
            cand --by 'What a row is; implies --details [default: sender]'
            cand --sort 'Order of the rows; implies --details'
            cand --top 'So many rows, the others in one; 0 for all [default: 20 on a terminal, else all]'
            cand --format 'Shape of the output [default: table, or by the ending of -o]'
            cand -o 'Write to this file, whole or not at all'
            cand --output 'Write to this file, whole or not at all'
            cand --color 'Colours'
            cand --width 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit'
            cand --strict 'A line that is not understood is an error (exit code 2)'
            cand --keep-duplicates 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
            cand --all 'No limit: all that the logs hold'
            cand --details 'The table behind the chart'
            cand --csv-raw 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '''
            cand -q 'Nothing on standard error but errors'
            cand --quiet 'Nothing on standard error but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'smtpauth;export'= {
            cand --input-format 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, csv, postfix, exim'
            cand --log-timezone 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand'
            cand --log-year 'Year in which each file without years in its stamps ends (a pipe: begins)'
            cand --date-order 'Order in dates such as 3/4/2026'
            cand --max-ratio 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]'
            cand -j 'Worker threads; the result is the same for any number'
            cand --threads 'Worker threads; the result is the same for any number'
            cand --since 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]'
            cand --until 'End, the day included [default: the newest record]'
            cand --as-of 'What 7d and its like count back from: newest (record), now, or a date'
            cand --timezone 'Zone of days and times shown: an IANA name, `local` or `UTC`'
            cand --domain 'Only senders of this domain; `*` stands for any text'
            cand --rows 'What a row is'
            cand --format 'Shape of the output [default: table, or by the ending of -o]'
            cand -o 'Write to this file, whole or not at all'
            cand --output 'Write to this file, whole or not at all'
            cand --color 'Colours'
            cand --width 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit'
            cand --strict 'A line that is not understood is an error (exit code 2)'
            cand --keep-duplicates 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
            cand --all 'No limit: all that the logs hold'
            cand --csv-raw 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '''
            cand -q 'Nothing on standard error but errors'
            cand --quiet 'Nothing on standard error but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'smtpauth;inspect'= {
            cand --input-format 'Read every input as this format, instead of finding out: cells, exchange-smtp, exchange-tracking, csv, postfix, exim'
            cand --log-timezone 'Zone of stamps that have none (an IANA name, `local` or `UTC`); else they are taken as they stand'
            cand --log-year 'Year in which each file without years in its stamps ends (a pipe: begins)'
            cand --date-order 'Order in dates such as 3/4/2026'
            cand --max-ratio 'How many times its size a compressed input may be; what exceeds that is not read to its end; 0 for no limit [default: 1100]'
            cand -j 'Worker threads; the result is the same for any number'
            cand --threads 'Worker threads; the result is the same for any number'
            cand --since 'Start: 2026-11-01, 2026-11-01T10:00, @1793527200, today, yesterday, 7d, 12h, 4w [default: the last 7 days]'
            cand --until 'End, the day included [default: the newest record]'
            cand --as-of 'What 7d and its like count back from: newest (record), now, or a date'
            cand --timezone 'Zone of days and times shown: an IANA name, `local` or `UTC`'
            cand --domain 'Only senders of this domain; `*` stands for any text'
            cand --format 'Shape of the output [default: table, or by the ending of -o]'
            cand -o 'Write to this file, whole or not at all'
            cand --output 'Write to this file, whole or not at all'
            cand --color 'Colours'
            cand --width 'Fit tables into so many columns, instead of those of the terminal; 0 for no limit'
            cand --strict 'A line that is not understood is an error (exit code 2)'
            cand --keep-duplicates 'Count what stands in two inputs twice: copies of a log, a log and its rotated files, mail.log beside syslog'
            cand --all 'No limit: all that the logs hold'
            cand --csv-raw 'CSV cells as they are: text that a spreadsheet would take for a formula is not guarded by a '''
            cand -q 'Nothing on standard error but errors'
            cand --quiet 'Nothing on standard error but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'smtpauth;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'smtpauth;help'= {
            cand summary 'The week at a glance: accounts, messages, TLS, login methods, what needs action'
            cand volume 'Sending volume per day and sender domain'
            cand tls 'TLS versions: of all messages, or per sender'
            cand export 'What was counted, as cells that can be merged, or message by message'
            cand inspect 'What each file is, what it covers, what was skipped and why'
            cand completions 'Print the completion script of a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'smtpauth;help;summary'= {
        }
        &'smtpauth;help;volume'= {
        }
        &'smtpauth;help;tls'= {
        }
        &'smtpauth;help;export'= {
        }
        &'smtpauth;help;inspect'= {
        }
        &'smtpauth;help;completions'= {
        }
        &'smtpauth;help;help'= {
        }
    ]
    $completions[$command]
}
