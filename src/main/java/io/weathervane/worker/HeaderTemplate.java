package io.weathervane.worker;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/**
 * The value of a header as the configuration has it: plain text with references to secrets in it, such as
 * {@code Bearer ${env:TOKEN}}.
 */
public record HeaderTemplate(String text) {
    /** @throws IllegalArgumentException when a <code>${</code> begins no reference */
    public HeaderTemplate {
        if (SecretReference.IN_TEXT.matcher(text).replaceAll("").contains("${")) {
            throw new IllegalArgumentException("has a ${ that begins no reference: use " + SecretReference.FORMS);
        }
        references(text); // each names something
    }

    /** Reads a secret. */
    @FunctionalInterface
    public interface SecretReader {
        String read(SecretReference reference) throws IOException;
    }

    /** In the order of the text. */
    public List<SecretReference> references() {
        return references(text);
    }

    private static List<SecretReference> references(String text) {
        List<SecretReference> references = new ArrayList<>();
        Matcher matcher = SecretReference.IN_TEXT.matcher(text);
        while (matcher.find()) {
            references.add(SecretReference.of(matcher));
        }
        return List.copyOf(references);
    }

    /** The text with what the reader gives in place of each reference. */
    public String resolve(SecretReader secrets) throws IOException {
        StringBuilder out = new StringBuilder();
        Matcher matcher = SecretReference.IN_TEXT.matcher(text);
        while (matcher.find()) {
            matcher.appendReplacement(out, Matcher.quoteReplacement(secrets.read(SecretReference.of(matcher))));
        }
        return matcher.appendTail(out).toString();
    }
}
