package io.weathervane.clientfile;

import io.weathervane.util.FileErrorMessages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The file that {@code envFile} names: a variable a line, {@code NAME=value}. */
final class DotEnvFile {
    private DotEnvFile() {}

    /** @param where it is named, as a sentence begins */
    static Map<String, String> read(String where, Path file) {
        Map<String, String> variables = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                String text = line.strip().replaceFirst("^export\\s+", "");
                int equals = text.indexOf('=');
                if (equals > 0 && !text.startsWith("#")) {
                    variables.put(
                            text.substring(0, equals).strip(),
                            unquoted(text.substring(equals + 1).strip()));
                }
            }
        } catch (IOException e) {
            throw new ClientFileException(where + ": cannot read its envFile: " + FileErrorMessages.reason(e), e);
        }
        return variables;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
