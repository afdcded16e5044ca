package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Words that have no meaning where they stand. */
class UnknownCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "upgrad       | there is no command 'upgrad'; did you mean 'upgrade'?",
                "rolback x    | there is no command 'rolback'; did you mean 'rollback'?",
                "audit verfy  | there is no command 'verfy'; did you mean 'verify'?",
                "sample-wroker | there is no command 'sample-wroker'; did you mean 'sample-worker'?",
                "rlolback     | there is no command 'rlolback'; did you mean 'rollback'?",
                "help upgarde | there is no command 'upgarde'; did you mean 'upgrade'?",
                "kill_swtich_engage | did you mean 'weathervane call kill_switch_engage'?",
                "audit kill_switch_engage | there is no command 'kill_switch_engage'; the commands are verify",
                "rollback --reaosn x | there is no option '--reaosn' (did you mean '--reason'?); weathervane rollback"
                        + " takes ",
                "rollback --reaosn=x | (did you mean '--reason'?)",
                "upgrade --cnaary x  | there is no option '--cnaary' (did you mean '--canary'?)",
                "token create --nmae x --role viewer | (did you mean '--name'?)",
                "call --jsno   | there is no option '--jsno' before a TOOL (did you mean '--json'?)",
                "rollback now  | 'now' is one word too many: weathervane rollback takes options only",
                "shell-init bash zsh | 'zsh' is one word too many: weathervane shell-init takes no more",
                "call --url http:// | 'http://' is no address such as http://127.0.0.1:3000",
                "call --workspace=  | --workspace is empty: name a folder",
            })
    void isAnsweredWithTheNearestWord(String words, String answer) {
        assertThat(errorOutput(words)).startsWith("weathervane: ").contains(answer);
    }

    @Test
    void isAnsweredWithAllCommandsWhereNoneIsNear() {
        assertThat(errorOutput("sttus"))
                .contains("there is no command 'sttus'; the commands are ", "upgrade, ", "weathervane call TOOL");
    }

    @Test
    void anOptionWithoutItsValueDoesNotSwallowTheNextOption() {
        assertThat(errorOutput("upgrade --canary next --approval-id --skip-promote"))
                .contains("Expected parameter for option '--approval-id' but found '--skip-promote'");
    }

    @Test
    void helpNamesEveryExitCode() {
        StringWriter out = new StringWriter();
        CommandLine line = WeatherVaneCommand.create(Map.of(), new ByteArrayOutputStream());
        line.setOut(new PrintWriter(out, true));
        for (String words : List.of("--help", "help", "call --help", "upgrade --help", "rollback --help")) {
            out.getBuffer().setLength(0);
            line.execute(words.split(" ", -1));
            assertThat(out.toString()
                            .substring(out.toString().indexOf("Exit codes:"))
                            .lines())
                    .as(words)
                    .map(String::strip)
                    .anyMatch(code -> code.startsWith("0 "))
                    .anyMatch(code -> code.startsWith("1 "))
                    .anyMatch(code -> code.startsWith("2 "))
                    .anyMatch(code -> code.startsWith("3 "))
                    .anyMatch(code -> code.startsWith("4 "))
                    .anyMatch(code -> code.startsWith("5 "))
                    .anyMatch(code -> code.startsWith("130 "));
        }
    }

    private static String errorOutput(String words) {
        CommandLine line = WeatherVaneCommand.create(Map.of(), new ByteArrayOutputStream());
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err, true));
        assertThat(line.execute(words.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        return err.toString();
    }
}
