#!/usr/bin/env node
import { bootstrap } from './bootstrap.mjs';

bootstrap('infra/demo/src/main.ts');
