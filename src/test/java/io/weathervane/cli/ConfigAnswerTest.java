package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A server's answer about its configuration, in the words of the two commands that ask. */
class ConfigAnswerTest {
    @Test
    void aReloadSaysWhatIsInForceWhatNeedsARestartAndWhatGoesOnAsBefore() {
        String answer = "{'outcome':'reloaded','changed':['monitor.mode','upgrade.steps added'],"
                + "'needsRestart':['server.port'],'waiting':['the watch of service default goes on']}";

        assertThat(changes(answer, true)).isEqualTo("""
                    In force now: monitor.mode, upgrade.steps added.
                    Needs a restart of the server: server.port.
                    Meanwhile the watch of service default goes on.
                    """);
        assertThat(changes(answer, false)).startsWith("A reload changes: monitor.mode, upgrade.steps added.\n");
    }

    @Test
    void aRefusalIsOneAndSaysThatNothingHasChanged() {
        String refused =
                "{'outcome':'refused','problems':['monitor.mode must be one of act, observe'],'notes':['old']}";

        assertThat(answer(refused).isRefused()).isTrue();
        assertThat(changes(refused, true)).isEqualTo("Refused: the configuration before stays in force, as a whole.\n");
        assertThat(findings(refused)).isEqualTo("error: monitor.mode must be one of act, observe\nwarning: old\n");
    }

    @Test
    void whatIsInForceAlreadyIsToldAndARestartThatIsStillNeeded() {
        assertThat(changes("{'outcome':'unchanged','needsRestart':['flags']}", true))
                .isEqualTo("""
                    The server goes by this configuration already.
                    Needs a restart of the server: flags.
                    """);
    }

    @Test
    void whatIsInForceAlreadySaysSinceWhenAndWhatChangedThen() {
        assertThat(changes(
                        "{'outcome':'unchanged','last':{'at':'2026-12-01T04:00:00Z','trigger':'file',"
                                + "'changed':['monitor.mode','services.mail added']},'waiting':['the watch goes on']}",
                        true))
                .isEqualTo("""
                    The server goes by this configuration already, since 2026-12-01T04:00:00Z (file): monitor.mode, services.mail added.
                    Meanwhile the watch goes on.
                    """);
    }

    private static ConfigAnswer answer(String json) {
        return new ConfigAnswer((ObjectNode) JsonRpcCodec.JSON.readTree(json.replace('\'', '"')));
    }

    private static String changes(String json, boolean done) {
        StringWriter text = new StringWriter();
        answer(json).printChanges(new PrintWriter(text), done);
        return text.toString();
    }

    private static String findings(String json) {
        StringWriter text = new StringWriter();
        answer(json).printFindings(new PrintWriter(text));
        return text.toString();
    }
}
