package io.weathervane.util;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out of texts. Two ways to know one: by its shape (a private key, a JSON Web Token, an
 * access key, credentials in a URL), and by the name before it ({@code password=}, {@code "apiKey":},
 * {@code --token}). Rather hides a harmless word too many than lets a secret through; names of flags,
 * figures and hashes stay. Redacting twice changes nothing more.
 */
public final class Redactor {
    /** What stands in a secret's place. */
    public static final String MARK = "[redacted]";

    /** {@code name: }, {@code name=}, {@code "name":}, also inside a quoted text; a value follows. */
    private static final Pattern NAMED = Pattern.compile("(?<![A-Za-z0-9_.])([A-Za-z_][A-Za-z0-9_.-]{0,80}+)"
            + "\\\\*+[\"']?+[ \\t]{0,3}+(?::(?!//)|=>?|%3[Dd])[ \\t]{0,3}+");

    /** {@code --name }, also as an item of a list; a value follows. */
    private static final Pattern OPTION = Pattern.compile("(?<![A-Za-z0-9_-])--?([A-Za-z][A-Za-z0-9_-]{1,60}+)"
            + "(?:\"\\s{0,3},\\s{0,3}|'\\s{0,3},\\s{0,3}|\\s{1,3})(?!-)");

    private static final Pattern WEBHOOKS = Pattern.compile("(?m)^( {0,80}+)[^#\\n]{0,200}?\\bwebhooks[\"']?\\s{0,3}:");
    private static final Pattern URL_PATH =
            Pattern.compile("(https?://[^\\s/\"'<>,}]{1,300}+/)(?!\\[redacted])[^\\s\"'<>,}]{1,2000}+");
    private static final String MARK_QUOTED = Matcher.quoteReplacement(MARK);

    /** What a text has in small letters that gives a secret away in a sentence; a text without costs no more than this. */
    private static final List<String> NOUNS = List.of("pass", "pw", "secret", "token", "key", "cred", "pin", "otp");

    private static final SecretFreeTextCache KNOWN = new SecretFreeTextCache();

    /** A line of YAML: indent, name, value. */
    private static final Pattern YAML_LINE =
            Pattern.compile("^(\\s*(?:-\\s+)?)[\"']?([A-Za-z_][A-Za-z0-9_.-]*)[\"']?\\s*:(?:\\s+(.*))?$");

    /**
     * Short texts that hold no secret: names, values and causes that come again and again, and are looked through while
     * the database's write lock is held.
     */
    private static final Set<String> HARMLESS = ConcurrentHashMap.newKeySet();

    private static final int ARN_LENGTH_MAX = 200;
    private static final int REMEMBERED_MAX = 2_000;
    private static final int REMEMBERED_LENGTH_MAX = 64;

    private Redactor() {}

    /** All patterns that are run on texts from outside, for the test of how their work grows. */
    static List<Pattern> patterns() {
        return Stream.of(
                        SecretPatterns.ALL.stream().map(PrefilteredPattern::pattern),
                        SecretSentenceRedactor.PATTERNS.stream(),
                        AdjacentSecretRedactor.PATTERNS.stream(),
                        NameValueObjectRedactor.PATTERNS.stream(),
                        Stream.of(NAMED, OPTION, YAML_LINE))
                .flatMap(patterns -> patterns)
                .toList();
    }

    /**
     * A log line, a message, JSON, a command. Characters that no reader sees are left out of a text in which a secret is
     * seen without them; every other text keeps them.
     */
    public static RedactedText redact(String text) {
        if (InvisibleCharacters.isIn(text)) {
            RedactedText visible = redactVisible(InvisibleCharacters.without(text));
            if (visible.count() > 0) {
                return visible;
            }
        }
        return redactVisible(text);
    }

    private static RedactedText redactVisible(String text) {
        PrivateKeyRedactor keys = new PrivateKeyRedactor();
        String clean = keys.clean(text);
        int count = keys.count();
        String lower = clean.toLowerCase(Locale.ROOT);
        for (PrefilteredPattern pattern : SecretPatterns.ALL) {
            if (!pattern.isPossibleIn(lower)) {
                continue;
            }
            Matcher matcher = pattern.pattern().matcher(clean);
            StringBuilder out = new StringBuilder();
            while (matcher.find()) {
                if (matcher.group(1) != null) {
                    count++;
                    matcher.appendReplacement(
                            out, Matcher.quoteReplacement(matcher.group(1) + MARK + matcher.group(2)));
                }
            }
            clean = matcher.appendTail(out).toString();
        }
        RedactedText said = NOUNS.stream().anyMatch(lower::contains)
                ? SecretSentenceRedactor.redact(clean)
                : new RedactedText(clean, 0);
        RedactedText pairs = NameValueObjectRedactor.redact(said.text(), lower);
        RedactedText named = redactNamed(NAMED, pairs.text());
        RedactedText options = redactNamed(OPTION, named.text());
        return new RedactedText(options.text(), count + said.count() + pairs.count() + named.count() + options.count());
    }

    /** The text of {@link #redact}, for a caller that does not count. */
    public static String clean(String text) {
        if (text.length() > REMEMBERED_LENGTH_MAX) {
            return redact(text).text();
        }
        return HARMLESS.contains(text) ? text : cleanAndRemember(text);
    }

    private static String cleanAndRemember(String text) {
        String clean = redact(text).text();
        if (clean.equals(text)) {
            if (HARMLESS.size() >= REMEMBERED_MAX) {
                HARMLESS.clear();
            }
            HARMLESS.add(text);
        }
        return clean;
    }

    /** The text of a value that has this name. */
    public static String cleanNamed(String name, String value) {
        if (KNOWN.has(name, value)) {
            return value;
        }
        String clean = SecretNameMatcher.hides(name, value) && !value.startsWith(MARK) ? MARK : clean(value);
        if (clean.equals(value)) {
            KNOWN.add(name, value);
        }
        return clean;
    }

    /**
     * One of a list of texts, which may be the arguments of a command.
     *
     * @param name of the list
     * @param before the argument before it, empty for the first one
     */
    public static String cleanArgument(String name, String before, String argument) {
        String pair = "\"" + before + "\", \"";
        boolean follows = before.startsWith("-") && !clean(pair + argument).equals(clean(pair) + clean(argument));
        return follows ? MARK : cleanNamed(name, argument);
    }

    /** A command and its arguments as one line. */
    public static String cleanCommand(List<String> command) {
        StringBuilder line = new StringBuilder();
        String before = "";
        for (String argument : command) {
            line.append(line.isEmpty() ? "" : " ").append(cleanArgument("", before, argument));
            before = argument;
        }
        return clean(line.toString());
    }

    /** A configuration in YAML or JSON: a secret may also run over several lines below its name. */
    public static RedactedText redactConfig(String text) {
        List<String> lines = new ArrayList<>();
        int count = 0;
        int hiddenBelow = Integer.MAX_VALUE;
        for (String written : text.split("\n", -1)) {
            String line = InvisibleCharacters.without(written);
            int indent = line.length() - line.stripLeading().length();
            if (indent > hiddenBelow && !line.isBlank()) {
                lines.add(line.substring(0, indent) + MARK);
                continue;
            }
            hiddenBelow = Integer.MAX_VALUE;
            Matcher matcher = YAML_LINE.matcher(line);
            String value = matcher.matches() && matcher.group(3) != null
                    ? matcher.group(3).strip()
                    : "";
            if (matcher.matches() && SecretNameMatcher.hides(matcher.group(2), value.isEmpty() ? "below" : value)) {
                hiddenBelow = matcher.group(1).length();
                lines.add(line.substring(0, line.indexOf(':') + 1) + (value.isEmpty() ? "" : " " + MARK));
                count++;
            } else {
                lines.add(written);
            }
        }
        RedactedText rest = redact(withoutWebhookPaths(String.join("\n", lines)));
        return new RedactedText(rest.text(), count + rest.count());
    }

    /** A caller with the path of an incoming webhook may post to it; receivers that are ours to configure are such. */
    private static String withoutWebhookPaths(String config) {
        Matcher webhooks = WEBHOOKS.matcher(config);
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (webhooks.find(from)) {
            int end = endOfBlock(config, webhooks);
            out.append(config, from, webhooks.end())
                    .append(URL_PATH.matcher(config.substring(webhooks.end(), end))
                            .replaceAll("$1" + MARK_QUOTED));
            from = end;
        }
        return out.append(config, from, config.length()).toString();
    }

    /** Where a line begins that is indented no more than the key, and is no item of its list. */
    private static int endOfBlock(String config, Matcher key) {
        int indent = key.group(1).length();
        int line = config.indexOf('\n', key.end()) + 1;
        while (line > 0) {
            int at = line;
            while (at < config.length() && config.charAt(at) == ' ') {
                at++;
            }
            boolean more = at == config.length() || config.charAt(at) == '\n' || config.charAt(at) == '#';
            if (!more && (at - line < indent || (at - line == indent && config.charAt(at) != '-'))) {
                return line;
            }
            line = config.indexOf('\n', at) + 1;
        }
        return config.length();
    }

    /** The environment as {@code NAME=value} lines in order of name; a line break in a value is shown as {@code \n}. */
    public static RedactedText redactEnvironment(Map<String, String> environment) {
        StringBuilder out = new StringBuilder();
        int count = 0;
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            RedactedText value = SecretNameMatcher.hidesVariable(variable.getKey(), variable.getValue())
                    ? new RedactedText(MARK, 1)
                    : redact(variable.getValue());
            String line = value.text().replace("\r", "\\r").replace("\n", "\\n");
            out.append(variable.getKey()).append('=').append(line).append('\n');
            count += value.count();
        }
        return new RedactedText(out.toString(), count);
    }

    /** {@code arn:aws:secretsmanager:…:secret:NAME} names a secret and does not give it. */
    private static boolean isInArn(String text, int at) {
        int from = at;
        while (from > 0 && at - from < ARN_LENGTH_MAX && isOfArn(text.charAt(from - 1))) {
            from--;
        }
        return text.startsWith("arn:", from);
    }

    private static boolean isOfArn(char c) {
        return Character.isLetterOrDigit(c) || c == ':' || c == '-' || c == '/';
    }

    /** "secret: see vault": a sentence about it, where a bare value is read. */
    private static boolean beginsSentence(String text, SecretValueSpan value) {
        return value.start() > 0
                && text.charAt(value.start() - 1) == ' '
                && NonSecretWords.beginsSentence(text.substring(value.start(), value.end()));
    }

    private static RedactedText redactNamed(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder out = new StringBuilder();
        int count = 0;
        int kept = 0;
        int from = 0;
        while (matcher.find(from)) {
            String name = matcher.group(1);
            from = matcher.end();
            // The rest of what is not hidden may itself hold a name with a secret: {"env": "TOKEN=x"}.
            if (SecretNameMatcher.mayHide(name) && !isInArn(text, matcher.start())) {
                SecretValueSpan value = SecretValueSpan.at(text, from);
                String secret = text.substring(value.start(), value.end());
                if (!secret.startsWith(MARK)
                        && SecretNameMatcher.hides(name, secret)
                        && !(pattern == NAMED && beginsSentence(text, value))) {
                    out.append(text, kept, value.start()).append(MARK);
                    kept = value.end();
                    from = value.end();
                    count++;
                }
            }
        }
        return new RedactedText(out.append(text, kept, text.length()).toString(), count);
    }
}
