package io.weathervane.util;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets whose name is itself a value: {@code {"name":"DB_PASSWORD","value":"X"}} of Kubernetes, {@code <add
 * key="Password" value="X"/>} of .NET, in either order. Every quantifier has a bound, as in {@link SecretPatterns}.
 */
final class NameValueObjectRedactor {
    private static final String QUOTE = "\\\\{0,3}+[\"']";
    private static final String IS = "(?:" + QUOTE + ")?+\\s{0,3}+[:=]\\s{0,3}+";
    private static final String NEXT = "\\s{0,40}+[,;]?+\\s{0,40}+(?:" + QUOTE + ")?+";
    private static final String NAME = "(?<![A-Za-z])[A-Za-z]{0,12}?(?:name|key)" + IS;
    private static final String VALUE = "[A-Za-z]{0,12}?value" + IS;
    private static final String NAMED = "([A-Za-z_/][A-Za-z0-9_./:-]{0,80}+)";

    private static final Pattern NAME_FIRST = Pattern.compile(
            NAME + "(?:" + QUOTE + ")?+" + NAMED + "(?:" + QUOTE + ")?+" + NEXT + VALUE, Pattern.CASE_INSENSITIVE);

    private static final Pattern VALUE_FIRST = Pattern.compile(
            "(?<![A-Za-z])" + VALUE + QUOTE + "([^\"'\\\\\\r\\n]{1,400}+)" + QUOTE + NEXT
                    + "[A-Za-z]{0,12}?(?:name|key)" + IS + QUOTE + NAMED,
            Pattern.CASE_INSENSITIVE);

    static final List<Pattern> PATTERNS = List.of(NAME_FIRST, VALUE_FIRST);

    private NameValueObjectRedactor() {}

    /** @param lower the text in small letters */
    static RedactedText redact(String text, String lower) {
        if (!lower.contains("value") || !(lower.contains("name") || lower.contains("key"))) {
            return new RedactedText(text, 0);
        }
        RedactedText first = nameFirst(text);
        RedactedText then = valueFirst(first.text());
        return new RedactedText(then.text(), first.count() + then.count());
    }

    private static RedactedText nameFirst(String text) {
        Matcher matcher = NAME_FIRST.matcher(text);
        StringBuilder out = new StringBuilder();
        int count = 0;
        int kept = 0;
        while (matcher.find()) {
            SecretValueSpan value = SecretValueSpan.at(text, matcher.end());
            if (isSecret(matcher.group(1), text.substring(value.start(), value.end()))) {
                out.append(text, kept, value.start()).append(Redactor.MARK);
                kept = value.end();
                count++;
            }
        }
        return new RedactedText(out.append(text, kept, text.length()).toString(), count);
    }

    private static RedactedText valueFirst(String text) {
        Matcher matcher = VALUE_FIRST.matcher(text);
        StringBuilder out = new StringBuilder();
        int count = 0;
        int kept = 0;
        while (matcher.find()) {
            if (isSecret(matcher.group(2), matcher.group(1))) {
                out.append(text, kept, matcher.start(1)).append(Redactor.MARK);
                kept = matcher.end(1);
                count++;
            }
        }
        return new RedactedText(out.append(text, kept, text.length()).toString(), count);
    }

    private static boolean isSecret(String name, String value) {
        return !value.startsWith(Redactor.MARK) && SecretNameMatcher.hides(name, value);
    }
}
