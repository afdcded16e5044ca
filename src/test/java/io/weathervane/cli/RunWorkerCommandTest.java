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
import picocli.CommandLine.Model.ArgSpec;

/** The command line of {@code run} is read in two ways, which must not differ; and one workspace has one command. */
class RunWorkerCommandTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-- npx -y server",
                "-- server",
                "-- server -- --http --label x",
                "--http -- server --port 1",
                "--stdio --http --port 0 --label next --workspace w --config c -- server --help",
            })
    void takesThePlainFormToTheSameEffectAsPicocli(String words) {
        List<String> line = List.of(words.split(" "));
        RunWorkerCommand plain = run();
        CommandLine parsed = RunWorkerCommand.line(serving());
        parsed.parseArgs(line.toArray(String[]::new));

        assertThat(plain.takePlain(line)).isTrue();

        assertThat(values(new CommandLine(plain))).isEqualTo(values(parsed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--help", "--", "--http --", "npx -y server", "--label --", "--label=next -- server", "--no -- x"
            })
    void leavesEverythingElseToPicocli(String words) {
        assertThat(run().takePlain(List.of(words.split(" ")))).isFalse();
    }

    @Test
    void takesTheWordsAfterTheFirstOfTheCommandAsTheyAre() {
        CommandLine parsed = RunWorkerCommand.line(serving());

        parsed.parseArgs("--http", "npx", "-y", "server", "--port", "many");

        assertThat(values(parsed)).contains(List.of("npx", "-y", "server", "--port", "many"));
    }

    private static List<@Nullable Object> values(CommandLine line) {
        List<@Nullable Object> values = new ArrayList<>();
        for (ArgSpec argument : line.getCommandSpec().args()) {
            Object value = argument.getValue();
            values.add(value instanceof List<?> words ? List.copyOf(words) : value);
        }
        return values;
    }

    private static RunWorkerCommand run() {
        return new RunWorkerCommand(serving());
    }

    private static ServerRunner serving() {
        return new ServerRunner(Map.of(), InputStream.nullInputStream(), OutputStream.nullOutputStream(), System.err);
    }
}
