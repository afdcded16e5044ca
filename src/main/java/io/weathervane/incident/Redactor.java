package io.weathervane.incident;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    private static final String KEY_END = "-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----";

    /**
     * Each with the part to keep before the secret as group 1 and after it as group 2; without these groups it is no
     * secret. None may read a character again from each of many beginnings: texts of callers without a token are read.
     */
    private static final List<Pattern> SHAPES = List.of(
            // Private keys: whole or cut off at the end, and cut off at the start.
            Pattern.compile("()-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
                    + "[^-]{0,20000}+(?:-(?!-)[^-]{0,20000}+){0,20}+" + "(?:" + KEY_END + ")?()"),
            Pattern.compile("(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/=]{16,200}+[ \\t\\r]*+(?:\\n|\\\\n)[ \\t]*+){1,400}+"
                    + "(?:()" + KEY_END + "())?"),
            // Headers that carry credentials; a digest has quotes inside, so it ends with the line.
            Pattern.compile("(?i)(authorization\\\\?+[\"']?+\\s{0,3}+[:=]\\s{0,3}+\\\\?+[\"']?+)(?!\\[redacted])"
                    + "(?:(?:Digest|AWS4-HMAC-SHA256|Hawk|OAuth) [^\\r\\n]{1,4000}"
                    + "|(?:[A-Za-z][A-Za-z0-9-]{1,20}+\\s{1,3})?[^\\s\"'\\\\,;]{1,8000})()"),
            Pattern.compile("(?i)(cookie\\\\?+[\"']?+\\s{0,3}+[:=]\\s{0,3}+\\\\?+[\"']?+)(?!\\[redacted])"
                    + "[^\\r\\n\"'\\\\]{1,8000}()"),
            Pattern.compile("(?i)(\\bBearer\\s{1,3})(?=\\S{20}|\\S{0,19}\\d)[A-Za-z0-9._~+/=:-]{6,8000}+()"),
            Pattern.compile("(\\b[Bb]asic\\s{1,3})(?=[A-Za-z0-9+/]{0,200}[0-9=])[A-Za-z0-9+/]{8,2000}+={0,2}+()"),
            // What begins like a token and is none is read over as a whole: not once more from each of its characters
            // on.
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{5,8000}+"
                    + "(?:()\\.[A-Za-z0-9_-]{5,8000}+(?:\\.[A-Za-z0-9_-]{0,8000}+)?())?"),
            // Credentials in a URL: after the user's name, or alone.
            Pattern.compile("(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{1,30}://[^\\s/:@\"'<>]{0,200}:)(?!\\[redacted])"
                    + "[^\\s/\"'<>]{1,500}(@)"),
            Pattern.compile("(?<![A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{1,30}://)[A-Za-z0-9_-]{20,500}(@)"),
            Pattern.compile("(https://hooks\\.slack\\.com/)[A-Za-z0-9/_-]{8,300}()"),
            // Keys and tokens that say by their first letters what they are.
            Pattern.compile("()\\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\\b()"),
            Pattern.compile(
                    "()\\b(?:wvt_[A-Za-z0-9_-]{20,300}|gh[pousr]_[A-Za-z0-9]{20,300}|github_pat_[A-Za-z0-9_]{20,300})()"),
            Pattern.compile("()\\b(?:glpat-|npm_|whsec_|xox[abeoprs]-|xapp-)[A-Za-z0-9_=/+-]{10,300}()"),
            Pattern.compile("()\\b(?:[srp]k_(?:live|test)_[A-Za-z0-9]{10,300}|sk-[A-Za-z0-9_-]{20,300})()"),
            Pattern.compile("()\\bAIza[0-9A-Za-z_-]{35}()"));

    /** {@code name: }, {@code name=}, {@code "name":}, also inside a quoted text; a value follows. */
    private static final Pattern NAMED = Pattern.compile("(?<![A-Za-z0-9_.])([A-Za-z_][A-Za-z0-9_.-]{0,80}+)"
            + "\\\\*+[\"']?+[ \\t]{0,3}+(?::(?!//)|=>?)[ \\t]{0,3}+");

    /** {@code --name }, also as an item of a list; a value follows. */
    private static final Pattern OPTION = Pattern.compile("(?<![A-Za-z0-9_-])--?([A-Za-z][A-Za-z0-9_-]{1,60}+)"
            + "(?:\"\\s{0,3},\\s{0,3}|'\\s{0,3},\\s{0,3}|\\s{1,3})(?!-)");

    /** A line of YAML: indent, name, value. */
    private static final Pattern YAML_LINE =
            Pattern.compile("^(\\s*(?:-\\s+)?)[\"']?([A-Za-z_][A-Za-z0-9_.-]*)[\"']?\\s*:(?:\\s+(.*))?$");

    private Redactor() {}

    /** All patterns that are run on texts from outside, for the test of how their work grows. */
    static List<Pattern> patterns() {
        return Stream.concat(SHAPES.stream(), Stream.of(NAMED, OPTION, YAML_LINE))
                .toList();
    }

    /** A log line, a message, JSON, a command. */
    public static Redaction redact(String text) {
        int count = 0;
        String clean = text;
        for (Pattern shape : SHAPES) {
            Matcher matcher = shape.matcher(clean);
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
        Redaction named = redactNamed(NAMED, clean);
        Redaction options = redactNamed(OPTION, named.text());
        return new Redaction(options.text(), count + named.count() + options.count());
    }

    /** The text of {@link #redact}, for whoever does not count. */
    public static String clean(String text) {
        return redact(text).text();
    }

    /** A configuration in YAML or JSON: a secret may also run over several lines below its name. */
    public static Redaction redactConfig(String text) {
        List<String> lines = new ArrayList<>();
        int count = 0;
        int hiddenBelow = Integer.MAX_VALUE;
        for (String line : text.split("\n", -1)) {
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
            if (matcher.matches() && SecretNames.hides(matcher.group(2), value.isEmpty() ? "below" : value)) {
                hiddenBelow = matcher.group(1).length();
                lines.add(line.substring(0, line.indexOf(':') + 1) + (value.isEmpty() ? "" : " " + MARK));
                count++;
            } else {
                lines.add(line);
            }
        }
        Redaction rest = redact(String.join("\n", lines));
        return new Redaction(rest.text(), count + rest.count());
    }

    /** The environment as {@code NAME=value} lines in order of name; a line break in a value is shown as {@code \n}. */
    public static Redaction redactEnvironment(Map<String, String> environment) {
        StringBuilder out = new StringBuilder();
        int count = 0;
        for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
            Redaction value = SecretNames.hidesVariable(variable.getKey(), variable.getValue())
                    ? new Redaction(MARK, 1)
                    : redact(variable.getValue());
            String line = value.text().replace("\r", "\\r").replace("\n", "\\n");
            out.append(variable.getKey()).append('=').append(line).append('\n');
            count += value.count();
        }
        return new Redaction(out.toString(), count);
    }

    private static Redaction redactNamed(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder out = new StringBuilder();
        int count = 0;
        int kept = 0;
        int from = 0;
        while (matcher.find(from)) {
            String name = matcher.group(1);
            from = matcher.end();
            // The rest of what is not hidden may itself hold a name with a secret: {"env": "TOKEN=x"}.
            if (SecretNames.mayHide(name)) {
                SecretValue value = SecretValue.at(text, from);
                String secret = text.substring(value.start(), value.end());
                if (!secret.startsWith(MARK) && SecretNames.hides(name, secret)) {
                    out.append(text, kept, value.start()).append(MARK);
                    kept = value.end();
                    from = value.end();
                    count++;
                }
            }
        }
        return new Redaction(out.append(text, kept, text.length()).toString(), count);
    }
}
