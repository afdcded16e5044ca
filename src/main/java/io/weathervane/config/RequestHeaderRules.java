package io.weathervane.config;

import io.weathervane.util.Redactor;
import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.SecretReference;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Rules for the headers that a configuration may add to requests to a remote server. No message has a header's value in
 * it.
 */
final class RequestHeaderRules {
    private static final int NAME_LENGTH_MAX = 100;
    private static final int VALUE_LENGTH_MAX = 4_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1," + NAME_LENGTH_MAX + "}");
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E\\t]{1," + VALUE_LENGTH_MAX + "}");

    /** Of one connection, not of a request: RFC 9110, section 7.6.1, and what an HTTP client sets by itself. */
    private static final Set<String> OF_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "expect",
            "host",
            "http2-settings",
            "date",
            "via");

    /** What MCP over HTTP says by them. */
    private static final Set<String> OF_PROTOCOL = Set.of(
            "accept", "accept-encoding", "origin", "last-event-id", "cache-control", "traceparent", "tracestate");

    private static final List<String> OF_PROTOCOL_BEGIN = List.of("mcp-", "content-");

    /** A header whose value is a secret by its name. */
    private static final Pattern SECRET_NAME = Pattern.compile(
            "authorization|.*-authorization|cookie|.*(?:key|token|secret|password|passphrase|credentials?|signature|jwt|auth)");

    /** What may stand before a reference to a secret: {@code Bearer }, {@code session=}, {@code ; csrf=}. */
    private static final Pattern WORD_BEFORE = Pattern.compile("(?:; ?)?[A-Za-z][A-Za-z0-9._-]{0,40}[ =]");

    private static final String REFERENCE = "\u0000";

    private RequestHeaderRules() {}

    /** What is wrong with a name, as the end of a sentence that begins with it; empty when nothing is. */
    static Optional<String> problemOfName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            return Optional.of(
                    "is not the name of a header: use letters, digits and dashes, at most " + NAME_LENGTH_MAX);
        }
        if (OF_CONNECTION.contains(lower)) {
            return Optional.of("belongs to the connection, not to the request: leave it to the HTTP client");
        }
        if (OF_PROTOCOL.contains(lower) || OF_PROTOCOL_BEGIN.stream().anyMatch(lower::startsWith)) {
            return Optional.of("belongs to the protocol, which sets it itself");
        }
        return Optional.empty();
    }

    /** The same for its value; neither answer has anything of the value in it. */
    static Optional<String> problemOfValue(String name, String value) {
        if (!VALUE.matcher(value).matches() || !value.equals(value.strip())) {
            return Optional.of("must be one line of 1 to " + VALUE_LENGTH_MAX
                    + " visible ASCII characters, without spaces around it");
        }
        try {
            HeaderTemplate template = new HeaderTemplate(value);
            if (isSecret(name)) {
                return onlyReferences(template);
            }
            String plain = with(template, "");
            boolean hides = !Redactor.cleanNamed(name, plain).equals(plain);
            return hides ? Optional.of(byReference("looks like a secret: ")) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the value of such a header is a secret whatever it is. */
    static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private static Optional<String> onlyReferences(HeaderTemplate template) {
        String[] plain = with(template, REFERENCE).split(REFERENCE, -1);
        boolean only = plain.length > 1 && plain[plain.length - 1].isEmpty();
        for (int i = 0; only && i < plain.length - 1; i++) {
            only = (plain[i].isEmpty() && i == 0)
                    || WORD_BEFORE.matcher(plain[i]).matches();
        }
        return only ? Optional.empty() : Optional.of(byReference("is a secret: "));
    }

    private static String byReference(String what) {
        return what + "give it by reference, " + SecretReference.FORMS + ", so that it stands in no configuration";
    }

    private static String with(HeaderTemplate template, String secret) {
        String text = template.text();
        for (SecretReference reference : template.references()) {
            text = text.replace(reference.toString(), secret);
        }
        return text;
    }
}
