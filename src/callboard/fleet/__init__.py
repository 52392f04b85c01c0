"""The work on several machines: the steps of a pass as tasks of a queue in the same PostgreSQL.

`queue` puts tasks into the queue, in the very transaction of the row that they are about, and says how it stands;
`crew` holds a worker for each call and lease; `tasks` says what each task does; `run` is a worker of the fleet. Only
`tasks` and `run` know Procrastinate.
"""
