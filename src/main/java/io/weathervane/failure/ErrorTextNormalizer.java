package io.weathervane.failure;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of an error's text what differs from call to call, so that equal errors have equal texts: marks of secrets, quoted values,
 * addresses, times, paths, ids, numbers. No pattern looks at a character more than a few times.
 */
final class ErrorTextNormalizer {
    /** Characters of a text that are looked at. */
    static final int TEXT_LENGTH_MAX = 1_000;

    /** Characters of a normalized text. */
    static final int KIND_LENGTH_MAX = 120;

    private static final String NONE = "(no text)";
    private static final int HEX_LENGTH_MIN = 6;

    private record Fold(Pattern pattern, String placeholder) {
        static Fold of(String regex, String placeholder) {
            return new Fold(Pattern.compile(regex), placeholder);
        }
    }

    private static final List<Fold> FOLDS = List.of(
            Fold.of(Pattern.quote(Redactor.MARK), "<secret>"),
            Fold.of("(?i)(?<![\\p{L}\\p{N}])[a-z][a-z0-9+.-]{1,20}+://[^\\s\"'<>]++", "<url>"),
            Fold.of("“[^”]*+”|«[^»]*+»|„[^“”]*+[“”]|`[^`]*+`", "<value>"),
            Fold.of("(?<![\\p{L}\\p{N}])['‘][^'’]*+['’](?![\\p{L}\\p{N}])", "<value>"),
            Fold.of("(?<![\\p{L}\\p{N}])[\\p{L}\\p{N}._%+-]++@[\\p{L}\\p{N}.-]++", "<email>"),
            Fold.of(
                    "(?i)(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])",
                    "<uuid>"),
            Fold.of(
                    "(?<!\\p{Nd})\\p{Nd}{4}[-/]\\p{Nd}{2}[-/]\\p{Nd}{2}"
                            + "(?:[Tt ]\\p{Nd}{2}:\\p{Nd}{2}(?::\\p{Nd}{2}(?:[.,]\\p{Nd}++)?+)?+"
                            + "(?:\\s?(?:[Zz]|UTC|GMT|[+-]\\p{Nd}{2}:?+\\p{Nd}{2})\\b)?+)?+",
                    "<time>"),
            Fold.of(
                    "(?<![\\p{L}\\p{N}.:])\\p{Nd}{1,2}:\\p{Nd}{2}(?::\\p{Nd}{2}(?:[.,]\\p{Nd}++)?+)?+(?![\\p{Nd}:])",
                    "<time>"),
            Fold.of("(?<![\\p{N}.])(?:\\p{Nd}{1,3}\\.){3}\\p{Nd}{1,3}(?::\\p{Nd}{1,5})?+(?![\\p{N}])", "<ip>"),
            Fold.of("(?i)(?<![\\p{L}\\p{N}:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}(?![\\p{L}\\p{N}:])", "<ip>"),
            Fold.of(
                    "(?<![\\p{L}\\p{N}<>/\\\\])(?:~|\\.{1,2}|[A-Za-z]:)?+[\\\\/](?=[^\\s/\\\\])"
                            + "[^\\s\"'<>|,;()\\[\\]{}:]*+(?::(?=[^\\s])[^\\s\"'<>|,;()\\[\\]{}:]*+)*+",
                    "<path>"),
            Fold.of(
                    "(?<![^\\s(=:])[\\p{L}\\p{N}_-]++(?:/[\\p{L}\\p{N}_-]++)++\\.[A-Za-z][A-Za-z0-9]{0,5}+(?![\\p{L}\\p{N}])",
                    "<path>"));

    /** What is quoted; a key of JSON has a colon after it. */
    private static final Pattern QUOTED = Pattern.compile("(\"[^\"]*+\"\\s?+:)|\"[^\"]*+\"");

    /** A word of letters and digits with a digit in it. */
    private static final Pattern WORD =
            Pattern.compile("(?<![\\p{L}\\p{M}\\p{Nd}])(?:[\\p{L}\\p{M}]*+\\p{Nd})[\\p{L}\\p{M}\\p{Nd}]*+");

    private static final Pattern HEX = Pattern.compile("(?i)0x[0-9a-f]++|[0-9a-f]++");

    private static final Pattern NUMBER =
            Pattern.compile("(?:(?<![\\p{L}\\p{N}>)])[-+])?+\\p{Nd}++(?:[.,]\\p{Nd}++)*+");

    private static final Pattern REPEATED = Pattern.compile("(<[a-z]++>)(?:\\s?[,;]\\s?\\1)++");

    private static final Pattern BLANKS = Pattern.compile("\\s++");

    private ErrorTextNormalizer() {}

    /** The text, on one line and of bounded length, that all errors of the kind have. */
    static String normalize(String text) {
        String folded = BLANKS.matcher(SafeText.line(SafeText.cut(text, TEXT_LENGTH_MAX)))
                .replaceAll(" ")
                .strip();
        folded = withoutOuterQuotes(folded);
        boolean json = folded.startsWith("{") || folded.startsWith("[");
        folded = QUOTED.matcher(folded).replaceAll(quoted -> valueOrKey(quoted, json));
        for (Fold fold : FOLDS) {
            folded = fold.pattern().matcher(folded).replaceAll(fold.placeholder());
        }
        folded = WORD.matcher(folded).replaceAll(ErrorTextNormalizer::idOrWord);
        folded = NUMBER.matcher(folded).replaceAll("<n>");
        folded = REPEATED.matcher(folded).replaceAll("$1");
        return folded.isEmpty() ? NONE : SafeText.cut(folded, KIND_LENGTH_MAX);
    }

    private static String valueOrKey(MatchResult quoted, boolean json) {
        String key = quoted.group(1);
        if (key == null) {
            return "<value>";
        }
        return json ? Matcher.quoteReplacement(key) : "<value>:";
    }

    /** A text that is nothing but a quotation is not a value. */
    private static String withoutOuterQuotes(String text) {
        boolean quoted = text.length() > 2
                && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                && text.indexOf(text.charAt(0), 1) == text.length() - 1;
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** Letters and digits that alternate twice or more, and what is hexadecimal, are an id; {@code 12ms} and {@code v2} are not. */
    private static String idOrWord(MatchResult word) {
        String text = word.group();
        boolean hex = text.length() >= HEX_LENGTH_MIN
                && text.chars().anyMatch(Character::isLetter)
                && HEX.matcher(text).matches();
        boolean prefixed = text.length() > 2 && text.toLowerCase(Locale.ROOT).startsWith("0x");
        return hex || prefixed || alternations(text) > 1 ? "<id>" : text;
    }

    private static int alternations(String text) {
        int count = 0;
        boolean digit = Character.isDigit(text.codePointAt(0));
        for (int c : text.codePoints().toArray()) {
            if (Character.isDigit(c) != digit) {
                digit = !digit;
                count++;
            }
        }
        return count;
    }
}
