package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.app.ServerRunner;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The command line of {@code serve} is read in two ways, which must not differ. */
class ServeCommandTest {
    @Test
    void takesEachOptionThatPicocliKnowsToTheSameEffect() {
        List<String> all = new ArrayList<>();
        for (OptionSpec option : options(serve())) {
            List<String> words = words(option);
            all.addAll(words);

            assertTheSame(words);
        }
        assertThat(all).isNotEmpty();
        assertTheSame(all);
        assertTheSame(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-V",
                "--port",
                "--port=0",
                "--port 08",
                "--port +8",
                "--port many",
                "--port 1 --port 2",
                "--stdio --stdio",
                "--host --stdio",
                "--no-such",
                "word",
                "--"
            })
    void leavesEverythingElseToPicocli(String words) {
        assertThat(serve().takePlain(List.of(words.split(" ")))).isFalse();
    }

    private static void assertTheSame(List<String> words) {
        ServeCommand plain = serve();
        ServeCommand parsed = serve();
        new CommandLine(parsed).parseArgs(words.toArray(String[]::new));

        assertThat(plain.takePlain(words)).as("%s", words).isTrue();
        assertThat(values(plain)).as("%s", words).isEqualTo(values(parsed));
    }

    private static List<String> words(OptionSpec option) {
        String name = option.longestName();
        if (option.arity().max() == 0) {
            return List.of(name);
        }
        return List.of(name, option.type() == Integer.class ? "8080" : "some value");
    }

    private static List<@Nullable Object> values(ServeCommand command) {
        List<@Nullable Object> values = new ArrayList<>();
        options(command).forEach(option -> values.add(option.getValue()));
        return values;
    }

    private static List<OptionSpec> options(ServeCommand command) {
        return new CommandLine(command)
                .getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .toList();
    }

    private static ServeCommand serve() {
        return new ServeCommand(
                new ServerRunner(Map.of(), InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err));
    }
}
