"""The compose file names nothing that the program does not know; each way in which it could is found."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.rehearsal import compose, fitting

Services = dict[str, Any]


def test_the_compose_file_names_only_what_the_program_knows() -> None:
    assert fitting.faults(compose.document()) == []


def a_command(services: Services) -> None:
    services["migrate"]["command"] = ["upgrade"]


def an_option(services: Services) -> None:
    services["chat"]["command"] = ["run", "--just", "chat"]


def a_door(services: Services) -> None:
    services["delivery"]["command"] = ["run", "--only", "deliveries"]


def a_variable(services: Services) -> None:
    services["web"]["environment"]["REMINDERBOT_LOGLEVEL"] = "INFO"


def a_secret_that_is_not_listed(services: Services) -> None:
    services["migrate"]["environment"]["REMINDERBOT_KEY_FILE"] = "/run/secrets/key"


def a_secret_in_no_file(services: Services) -> None:
    services["db"]["secrets"] = ["postgres_password", "pepper"]


def a_port_that_nobody_listens_on(services: Services) -> None:
    services["web"]["ports"] = ["127.0.0.1:8080:8000"]


def a_port_of_another_listener(services: Services) -> None:
    services["chat"]["environment"]["REMINDERBOT_LISTEN"] = "0.0.0.0:9090"


def a_health_path(services: Services) -> None:
    test = services["chat"]["healthcheck"]["test"]
    services["chat"]["healthcheck"]["test"] = [word.replace("/readyz", "/ready") for word in test]


def one_port_for_two(services: Services) -> None:
    services["web"]["deploy"]["replicas"] = 2


def a_service_to_wait_for(services: Services) -> None:
    services["migrate"]["depends_on"] = {"database": {"condition": "service_healthy"}}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (a_command, "No such command 'upgrade'"),
        (an_option, "No such option: --just"),
        (a_door, "there is no door deliveries"),
        (a_variable, "REMINDERBOT_LOGLEVEL is no setting"),
        (a_secret_that_is_not_listed, "/run/secrets/key is no secret that it lists"),
        (a_secret_in_no_file, "pepper is in no file"),
        (a_port_that_nobody_listens_on, "not all are the one port"),
        (a_port_of_another_listener, "not all are the one port"),
        (a_health_path, "nobody answers at /ready"),
        (one_port_for_two, "cannot share one port"),
        (a_service_to_wait_for, "there is no database to wait for"),
    ],
)
def test_what_the_program_does_not_know_is_found(wrong: Callable[[Services], None], said: str) -> None:
    read = compose.document()
    wrong(read["services"])

    assert said in "\n".join(fitting.faults(read))
