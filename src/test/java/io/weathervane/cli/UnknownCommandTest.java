package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** A word where a command belongs. */
class UnknownCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "upgrad       | there is no command 'upgrad'; did you mean 'upgrade'?",
                "rolback x    | there is no command 'rolback'; did you mean 'rollback'?",
                "audit verfy  | there is no command 'verfy'; did you mean 'verify'?",
            })
    void isAnsweredWithTheNearestCommand(String words, String answer) {
        assertThat(said(words)).contains("weathervane: " + answer);
    }

    @Test
    void isAnsweredWithAllCommandsWhereNoneIsNear() {
        assertThat(said("sttus"))
                .contains("there is no command 'sttus'; the commands are ", "upgrade, ", "weathervane call TOOL");
    }

    @Test
    void anOptionWithoutItsValueDoesNotSwallowTheNextOption() {
        assertThat(said("upgrade --canary next --approval-id --skip-promote"))
                .contains("Expected parameter for option '--approval-id' but found '--skip-promote'");
    }

    private static String said(String words) {
        CommandLine line = WeatherVaneCommand.create(Map.of(), new ByteArrayOutputStream());
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err, true));
        assertThat(line.execute(words.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        return err.toString();
    }
}
